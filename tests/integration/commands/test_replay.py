"""`firstcontact rules replay`, `replays` and `learn`: over a record with contacts, as text, CSV and JSON."""

import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from router import clients
from router.settings import Settings
from tests.integration.commands.conftest import Run
from tests.landlord import FOLDER, route_all, take_in
from tests.messages import text_message

RATS = "there are rats in my loft, Kit"


@pytest.fixture
def morning(live: Run, tmp_path: Path) -> Run:
    """A record with three contacts about rats."""
    with closing(clients.build(Settings(data=tmp_path / "data", secret_key="for tests"))) as services:
        for number in range(3):
            take_in(services, text_message(RATS, f"+4477009000{number:02}", at=datetime.now(UTC)))
        route_all(services)
    return live


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """The small landlord, where pests go to complaints."""
    folder = shutil.copytree(FOLDER, tmp_path / "draft")
    file = folder / "landlord.yaml"
    file.write_text(file.read_text().replace("name: Pests\n    team: repairs", "name: Pests\n    team: complaints"))
    return Path(folder)


def test_a_folder_is_replayed_for_people(morning: Run, draft: Path) -> None:
    done = morning("rules", "replay", draft)
    assert (done.code, done.err) == (0, "")
    assert "3 contacts decided again, 3 would have another owner" in done.out
    assert "3  Repairs → Complaints" in done.out
    assert "by journey: pests 3" in done.out
    assert "Kit" not in done.out
    assert "Kit" in morning("rules", "replay", draft, "--words").out


def test_the_same_for_machines(morning: Run, draft: Path) -> None:
    (result,) = morning("rules", "replay", draft, "--json", "--examples", "1").rows()
    assert (result["contacts"], result["changed"], len(result["owners"][0]["examples"])) == (3, 3, 1)
    rows = morning("rules", "replay", draft, "--csv").out.splitlines()
    assert rows[0] == "change,from,to,by,value,contacts"
    assert "owners,repairs,complaints,journey,pests,3" in rows


def test_a_replay_is_kept_and_justifies_the_version(morning: Run, draft: Path) -> None:
    (result,) = morning("rules", "replay", draft, "--save", "--json").rows()
    (listed,) = morning("rules", "replays", "--json").rows()
    assert (listed["id"], listed["state"], listed["version"]) == (result["replay"], "done", None)
    assert "3  Repairs → Complaints" in morning("rules", "replays", result["replay"]).out
    other = morning("rules", "publish", FOLDER, "--reason", "x", "--replay", result["replay"])
    assert (other.code, other.out) == (1, "")
    assert "is of other files than these" in other.err
    assert morning("rules", "publish", draft, "--reason", "x", "--replay", result["replay"]).code == 0
    newest = morning("rules", "history", "--json").rows()[0]
    assert (newest["version"], newest["replay"]) == (2, result["replay"])


def test_a_version_is_replayed_by_its_number(morning: Run) -> None:
    assert "0 would have another owner" in morning("rules", "replay", "1", "--against", "then").out


@pytest.mark.parametrize(
    "arguments,code,said",
    [
        (("replay", "99"), 1, "There is no folder, version or draft 99"),
        (("replay", "draft"), 1, "There is no folder, version or draft draft"),
        (("replay", "1", "--from", "yesterday"), 2, "--from: yesterday is not a day such as"),
        (("replay", "1", "--from", "2026-11-02", "--to", "2026-11-01"), 2, "--from: The first day is after the last"),
        (("replay", "1", "--to", "9999-01-01"), 2, "--to: 9999-01-01 is too far away"),
        (("replay", "1", "--against", "tomorrow"), 2, "--against: there is no tomorrow"),
        (("replays", "nothing"), 1, "There is no replay nothing"),
        (("publish", str(FOLDER), "--reason", "x", "--replay", "nothing"), 1, "There is no finished replay nothing"),
        (("learn", "--from", "x"), 2, "--from: x is not a day"),
    ],
)
def test_mistakes(live: Run, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = live("rules", *arguments)
    assert (done.code, done.out) == (code, "")
    assert said in done.err


def test_learning_says_that_there_is_nothing_to_learn(morning: Run) -> None:
    done = morning("rules", "learn")
    assert (done.code, done.err) == (0, "")
    assert "Nothing is proposed." in done.out
    (found,) = morning("rules", "learn", "--json").rows()
    assert found["proposals"] == []

"""Which wins after a restart, an edited folder or the live version: a table, each line told at start-up."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import update

from router import publishing
from router.exported import MARKER, Marker, read_marker, write_marker
from router.publishable import check
from router.publishing import By
from router.services import Services
from router.startup import NoGoodRulesetError, choose
from router.store import rulesets
from router.store.engine import begin_read, begin_write
from router.store.schema import rulesets as table
from rules.folder import read_folder
from rules.load import digest
from tests.integration.rulesets.conftest import FILE, PESTS_TO_HUB, TEXT, WITH_APPROVAL
from tests.landlord import FOLDER

OTHER = TEXT.replace("Mill Lane Homes", "Long Lane Homes")
BROKEN = "landlord: ["
EXAMPLE_FAILS = TEXT.replace("examples: [{journey: gas-escape}]", "examples: [{journey: repair}]")


@pytest.mark.parametrize(
    "published,folder,begun_from,serves,told,troubled",
    [
        ([], TEXT, None, 1, "it is the one in", False),
        ([], OTHER, None, 2, "as version 2", False),
        ([], OTHER, 1, 2, "as version 2", False),
        ([("folder", PESTS_TO_HUB)], TEXT, None, 2, "is version 1: `firstcontact rules publish", False),
        ([("folder", PESTS_TO_HUB)], OTHER, None, 3, "as version 3", False),
        (
            [("folder", PESTS_TO_HUB)],
            OTHER,
            1,
            2,
            "differs, and was begun from version 1: `firstcontact rules pub",
            False,
        ),
        ([("console", PESTS_TO_HUB)], TEXT, None, 2, "is version 1", False),
        ([("console", PESTS_TO_HUB)], OTHER, None, 2, "version 2 was not published from a folder", False),
        ([("console", PESTS_TO_HUB)], OTHER, 2, 2, "--onto 2 --reason WHY` makes the folder live", False),
        ([("console", PESTS_TO_HUB)], PESTS_TO_HUB, None, 2, "it is the one in", False),
        ([("api", PESTS_TO_HUB)], OTHER, None, 2, "version 2 was not published from a folder", False),
        ([("folder", WITH_APPROVAL)], OTHER, None, 2, "a second person's approval of every change", False),
        ([("folder", WITH_APPROVAL)], OTHER, 2, 2, "rules submit", False),
        ([], BROKEN, None, 1, "Version 1 of the ruleset stays live", True),
        ([], EXAMPLE_FAILS, None, 1, "Version 1 of the ruleset stays live", True),
        ([], None, None, 1, "there is no such folder", True),
        ([], "", None, 1, "there are no YAML files here", True),
    ],
)
def test_what_serves_after_a_start_is_defined_and_told(
    services: Services,
    tmp_path: Path,
    published: list[tuple[str, str]],
    folder: str | None,
    begun_from: int | None,
    serves: int,
    told: str,
    *,
    troubled: bool,
) -> None:
    for origin, text in published:
        by = By("Ruth", "Earlier", services.clock())
        publishing.publish(services.writer, check({FILE: text.encode()}), origin, by)
    config = tmp_path / "config"
    if folder is not None:
        config.mkdir()
        if folder:
            (config / FILE).write_text(folder)
    if begun_from:
        with begin_read(services.record) as record:
            row = rulesets.version(record, begun_from)
        assert row
        write_marker(config, Marker(begun_from, row["digest"]))
    choice = choose(services.record, services.writer, config, services.clock())
    assert (choice.version, choice.troubled) == (serves, troubled)
    assert told in "\n".join(choice.told)
    with begin_read(services.record) as record:
        assert rulesets.live_version(record) == serves
    if begun_from and serves > len(published) + 1:
        assert read_marker(config) == Marker(serves, digest(read_folder(config)))
    again = choose(services.record, services.writer, config, services.clock())
    assert (again.version, again.told) == (serves, again.told), "a start changes nothing the second time"
    assert (config / MARKER).exists() is bool(begun_from)


@pytest.mark.parametrize("text", [BROKEN, EXAMPLE_FAILS])
def test_without_any_good_version_nothing_starts(empty_services: Services, tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(NoGoodRulesetError, match="cannot be published"):
        choose(empty_services.record, empty_services.writer, tmp_path, empty_services.clock())


def test_a_live_version_that_is_refused_by_now_is_told_and_not_served(services: Services, tmp_path: Path) -> None:
    """What an earlier program published: the row is made as that left it."""
    with begin_write(services.record) as record:
        record.execute(update(table).values(files={FILE: TEXT.replace("zone: Europe/London", "zone: Europe/Lundon")}))
    shutil.copytree(FOLDER, tmp_path / "config")
    with pytest.raises(NoGoodRulesetError, match=r"(?s)Version 1 .*rules export.*landlord.yaml:\d+:\d+: .*Lundon"):
        choose(services.record, services.writer, tmp_path / "config", services.clock())


def test_the_first_start_publishes_the_folder(empty_services: Services, tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "config")
    choice = choose(empty_services.record, empty_services.writer, tmp_path / "config", empty_services.clock())
    assert (choice.version, choice.told[0].startswith("Published ")) == (1, True)


def test_a_marker_that_cannot_be_read_leaves_the_folder_alone(services: Services, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(OTHER)
    (tmp_path / MARKER).write_text("nothing")
    choice = choose(services.record, services.writer, tmp_path, services.clock())
    assert (choice.version, choice.troubled) == (1, True)
    assert "take it away" in "\n".join(choice.told)

"""One running engine for every test of the doors: SQLite, the embedded Redis, and a landlord whose hours are known."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from router.store.keys import SCOPES
from tests.integration.doors.client import Doors
from tests.integration.doors.keys import make_key
from tests.landlord import FOLDER
from tests.servers.process import free_port
from tests.servers.provider import TOKEN
from tests.servers.serving import Serving

PUBLIC = "https://contact.mill-lane.example"
CALL_DEADLINE = 1.0
CALLS_SECRET = "a-secret-of-the-telephone-system"
OFFICE = "office: {monday-friday: 09:00-17:00, holidays: closed}"
HOURS = "office: {every-day: 00:00-24:00, holidays: open}\n  never: {holidays: closed}"
MENU = """
    "3": {says: For the night desk, team: night-desk}
    "4": {says: For the archive, team: archive}
    "0": {"""
STRAIGHT = "+447700900777"
MORE = f"""
handling:
  - rule: known to need a person
    when: {{channel: phone, sender.address: "{STRAIGHT}"}}
    then: {{skip_menu: true}}
    because: They do not manage with keys.
    examples: [{{channel: phone, sender.address: "{STRAIGHT}"}}]
"""
MORE += """
teams:
  night-desk:
    name: Night Desk
    role: Is shut, and has the emergency line behind it.
    responsibilities: [Nights]
    hours: never
    channels: {phone: "+441632960004"}
    escalation: [emergency]
  archive:
    name: Archive
    role: Is shut, and has nobody behind it.
    responsibilities: [Old papers]
    hours: never
    channels: {phone: "+441632960005"}
"""


@pytest.fixture(scope="session")
def landlord(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small landlord with hours that do not depend on the clock, and two teams that are always shut."""
    folder = tmp_path_factory.mktemp("landlord")
    text = (FOLDER / "landlord.yaml").read_text()
    for old, new in ((OFFICE, HOURS), ('\n    "0": {', MENU)):
        assert old in text
        text = text.replace(old, new)
    (folder / "landlord.yaml").write_text(text)
    (folder / "shut.yaml").write_text(MORE)
    return folder


@pytest.fixture(scope="session")
def serving(tmp_path_factory: pytest.TempPathFactory, landlord: Path) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("doors")
    settings = {
        "FIRSTCONTACT_DATA": str(folder / "data"),
        "FIRSTCONTACT_CONFIG": str(landlord),
        "FIRSTCONTACT_PORT": str(free_port()),
        "FIRSTCONTACT_PUBLIC_URL": PUBLIC,
        "FIRSTCONTACT_CALL_DEADLINE": str(CALL_DEADLINE),
        "TWILIO_AUTH_TOKEN": TOKEN,
        "FIRSTCONTACT_CALLS_SECRET": CALLS_SECRET,
    }
    running = Serving(settings, folder / "log")
    try:
        yield running.start()
    finally:
        running.stop()


@pytest.fixture(scope="session")
def doors(serving: Serving) -> Iterator[Doors]:
    data = Path(serving.settings["FIRSTCONTACT_DATA"])
    record = data / "firstcontact.db"
    caller = Doors(serving.url, make_key(record, "tests", *SCOPES), record)
    yield caller
    caller.http.close()
    logged = "".join(line for line in serving.said().splitlines(keepends=True) if line.startswith("{"))
    repeated = {words for words in caller.said if len(words) > 5 and words in logged}
    assert not repeated, "the log repeats what customers said"
    assert "Traceback" not in logged

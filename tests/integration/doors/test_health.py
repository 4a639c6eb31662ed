"""Health, figures and log lines: what a running engine says of itself, and what it never says."""

import json
import re
import subprocess

import pytest

from tests.integration.doors.client import Doors, contact_of, fresh, stranger
from tests.integration.doors.test_chat import window
from tests.servers.process import until
from tests.servers.serving import FIRSTCONTACT, Serving, environment

SAID = "The parrot Wellington swore at my grandmother"
NAME, MAILBOX = "Philippa Oddfellow", "philippa.oddfellow@home.example"


def test_it_lives(doors: Doors) -> None:
    answer = doors.http.get(doors.url + "/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_it_is_ready_and_names_each_dependency(doors: Doors) -> None:
    answer = doors.http.get(doors.url + "/health/ready")
    said = answer.json()
    assert (answer.status_code, said["status"], said["ruleset"]) == (200, "ok", 1)
    assert said["dependencies"] == dict.fromkeys(("record", "redis", "routing", "ruleset"), "ok")


@pytest.mark.parametrize(
    "line",
    [
        r'firstcontact_contacts_total\{channel="sms",outcome="opened"\} [1-9]',
        r'firstcontact_contacts_total\{channel="phone",outcome="opened"\} [1-9]',
        r'firstcontact_receipt_to_owner_seconds_bucket\{channel="sms",le="1\.0"\} [1-9]',
        r'firstcontact_receipt_to_owner_seconds_count\{channel="sms"\} [1-9]',
        r'firstcontact_refusals_total\{door="twilio-sms",reason="unsigned"\} [1-9]',
        r"firstcontact_contacts_waiting \d",
        r"firstcontact_oldest_waiting_seconds \d",
        r"firstcontact_contacts_set_aside 0",
        r"firstcontact_record_up 1",
        r"firstcontact_redis_up 1",
        r"firstcontact_data_free_bytes [1-9]",
        r'firstcontact_messages_total\{channel="sms",outcome="[a-z-]+"\} [1-9]',
    ],
)
def test_figures_count_what_happened(doors: Doors, line: str) -> None:
    doors.decided(contact_of(doors.text("I can smell gas")))
    sid = fresh("CA")
    doors.call(sid)
    doors.call(sid, "menu", Digits="2")
    doors.form("/channels/twilio/sms", {}, signed="")
    until(lambda: re.search(f"^{line}", doors.metrics(), re.MULTILINE), f"the figures say {line}")


def test_log_has_a_line_a_step_with_ids_and_no_word_of_a_customer(doors: Doors, serving: Serving) -> None:
    number = stranger()
    told = {"channel": "visit", "from": {"name": NAME, "phone": number}, "text": SAID}
    ids = [
        contact_of(doors.text(SAID, From=number)),
        doors.api("POST", "/contacts", json=told).json()["id"],
        doors.api("POST", "/contacts", json=told | {"from": {"email": MAILBOX}}).json()["id"],
        _delivered(serving, f"From: {NAME} <{MAILBOX}>\nTo: hub@mill-lane.example\nSubject: {SAID}\n\n{SAID}\n"),
    ]
    with window(doors) as chat:
        chat.wait("stored", id=chat.say(SAID))
        chat.wait("owner")
    ids.append(doors.stored(chat.session.partition(".")[0])[0]["id"])
    for each in ids:
        doors.decided(each)
    doors.api("POST", "/contacts", json=told | {"from": {"phone": [number]}})
    doors.said.update((SAID, NAME, MAILBOX, number, chat.session))
    logged = serving.said()
    lines = [json.loads(line) for line in logged.splitlines() if line.startswith("{")]
    assert not [words for words in (SAID, "parrot", "Philippa", MAILBOX, number, chat.session) if words in logged]
    routed = {line["contact"]: line for line in lines if line["event"] == "contact.routed"}
    assert all(routed[each].keys() >= {"at", "level", "process", "team", "rule", "ruleset", "ms"} for each in ids)


def _delivered(serving: Serving, message: str) -> str:
    done = subprocess.run(
        [FIRSTCONTACT, "deliver"],
        input=message,
        env=environment(serving.settings),
        capture_output=True,
        text=True,
        check=True,
    )
    assert not done.stderr
    return done.stdout.split()[0]

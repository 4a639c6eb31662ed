"""The pages about the rules: one is changed in a draft, checked, tried, published by who saw it all, and undone."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import httpx
import pytest

from router.console import rules_checks
from router.live import version_row
from router.services import Services
from router.store import rulesets
from router.store.engine import begin_read
from rules.documented import GROUPS, OPERATORS, OUTCOMES, RULE
from rules.fields import FIELDS
from tests.integration.console.visitor import Clock, Visitor
from tests.landlord import publish_small, route_all, shown, small_landlord, take_in
from tests.messages import text_message

Visit = Callable[..., Visitor]
FILE = "landlord.yaml"
TEXT = small_landlord().files[FILE].decode()
PESTS_TEAM = ("name: Pests\n    team: repairs", "name: Pests\n    team: hub")
MISTAKE = ("name: Pests\n    team: repairs", "name: Pests\n    team: repiars")
WRONG_EXAMPLE = ("examples: [{journey: gas-escape}]", "examples: [{journey: repair}]")
BREAKS_A_DUTY = ("then: {priority: high, instructions", "then: {reply: phone, priority: high, instructions")
FITS_NOBODY = (
    "when: {customer.household: young-child}",
    "when: {customer.household: young-child, sender.known: false, about.another: false}",
)
NO_REASON = "Enter why, for whoever reads the history"


def replaced(*changes: tuple[str, str]) -> str:
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def field(page: str, name: str) -> str:
    """What a field of a form has in it."""
    hidden = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    area = re.search(rf'<textarea[^>]* name="{name}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    found = hidden or area
    assert found, name
    return unescape(found[1])


def words(page: httpx.Response) -> str:
    """A page as it reads."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def begin(visitor: Visitor, note: str = "Pests to the Hub", **more: str) -> str:
    """Begin a draft; its address."""
    answer = visitor.post("/rules/drafts", {"note": note, **more})
    assert answer.status_code == 303
    return answer.headers["location"]


def save(visitor: Visitor, draft: str, text: str, *, part: str = "", page: str = "") -> httpx.Response:
    """Save the file, or a part of it, as its form has it; `page` is the form as it was opened earlier."""
    opened = page or visitor.get(f"{draft}/file?name={FILE}" + (f"&part={part}" if part else "")).text
    fields = {name: field(opened, name) for name in ("name", "was", "part", "part_name")}
    return visitor.post(f"{draft}/file", {**fields, "text": text})


def publish(visitor: Visitor, draft: str, page: str = "", **more: str) -> httpx.Response:
    """Fill in the form to publish a draft; `page` is the form as it was opened earlier."""
    opened = page or visitor.get(f"{draft}/publish").text
    fields = {"seen": field(opened, "seen"), "was": field(opened, "was"), "reason": "Because"}
    return visitor.post(f"{draft}/publish", {**fields, **more})


def history(services: Services) -> list[dict[str, Any]]:
    with begin_read(services.record) as record:
        return rulesets.history(record)


def live(services: Services) -> int | None:
    with begin_read(services.record) as record:
        return rulesets.live_version(record)


def test_a_rule_is_changed_checked_tried_published_and_rolled_back(services: Services, visit: Visit) -> None:
    ruth = visit("supervisor")
    draft = begin(ruth)

    wrong = ruth.follow(save(ruth, draft, replaced(MISTAKE)))
    line = TEXT[: TEXT.index(MISTAKE[0])].count("\n") + 2
    assert "The check finds 1 mistake" in words(wrong)
    assert f"{FILE}, line {line}: There is no team `repiars`" in words(wrong)
    assert f'#line-{line}"' in wrong.text
    assert f'id="line-{line}" class="fc-lines__marked"' in wrong.text
    assert "^</code>" in wrong.text
    assert "cannot go live yet" not in wrong.text
    assert 'name="reason"' not in ruth.get(f"{draft}/publish").text

    right = ruth.follow(save(ruth, draft, replaced(PESTS_TEAM)))
    assert "finds no mistakes, and every example comes out as it says" in words(right)
    tried = ruth.post("/rules/try", {"draft": draft.rpartition("/")[2], "channel": "sms", "says": "rats in my loft"})
    assert re.search(r"Live rules Owner Repairs .* Draft Another owner Owner Differs The Hub", words(tried))
    assert "1 journey changed" in words(ruth.get(f"{draft}/difference"))
    assert "team: “repairs”, now “hub”" in words(ruth.get(f"{draft}/difference"))
    assert services.live.current().version == 1

    done = ruth.follow(publish(ruth, draft, reason="The Hub asked"))
    assert "Version 2 is live" in words(done)
    assert services.live.current().version == 2
    contact = take_in(services, text_message("There are rats in my loft", at=services.clock())).contact_id
    route_all(services)
    assert shown(services, contact)["owner"]["key"] == "hub"
    assert ruth.get(draft).status_code == 404

    form = ruth.get("/rules/versions/1/roll-back")
    back = ruth.post("/rules/versions/1/roll-back", {"seen": field(form.text, "seen"), "reason": "It was wrong"})
    assert "Version 3 is live, with the rules of version 1" in words(ruth.follow(back))
    contact = take_in(services, text_message("Mice in the kitchen again", "+447700900999", at=services.clock()))
    route_all(services)
    assert shown(services, contact.contact_id)["owner"]["key"] == "repairs"
    newest = history(services)[0]
    assert (newest["version"], newest["parent"], newest["restores"]) == (3, 2, 1)
    assert (newest["author"], newest["reason"]) == (f"user:{ruth.user['id']}", "It was wrong")
    assert "It was wrong (rolled back to version 1)" in words(ruth.get("/rules/history"))
    assert "Sam Reed" in words(ruth.get("/rules/versions/3"))


def test_one_part_of_a_file_is_edited_by_itself(visit: Visit) -> None:
    ruth = visit("supervisor")
    draft = begin(ruth)
    begins = TEXT[: TEXT.index("  pests:\n")].count("\n") + 1
    page = ruth.get(f"{draft}/file?name={FILE}&part={begins}")
    part = field(page.text, "text")
    assert part.startswith("  pests:\n    name: Pests")
    assert "gas-escape" not in part
    saved = ruth.follow(save(ruth, draft, part.replace("team: repairs", "team: hub"), part=str(begins)))
    assert field(saved.text, "text") == part.replace("team: repairs", "team: hub")
    assert field(ruth.get(f"{draft}/file?name={FILE}").text, "text") == replaced(PESTS_TEAM)


def test_what_can_be_written_stands_beside_the_editor(visit: Visit) -> None:
    ruth = visit("supervisor")
    page = ruth.get(f"{begin(ruth)}/file?name={FILE}")
    for word in (*FIELDS, *OPERATORS, *OUTCOMES, *GROUPS, *RULE):
        assert f'<dt class="govuk-summary-list__key">{word}</dt>' in page.text
    assert re.search(r"Values: [\w, -]*\brepairs\b", page.text)


@pytest.mark.parametrize(
    "wrong", [MISTAKE, WRONG_EXAMPLE, BREAKS_A_DUTY], ids=["a mistake", "an example", "a broken duty"]
)
def test_what_the_check_is_not_content_with_is_not_published(
    services: Services, visit: Visit, wrong: tuple[str, str]
) -> None:
    ruth = visit("supervisor")
    draft = begin(ruth)
    save(ruth, draft, replaced(PESTS_TEAM))
    form = ruth.get(f"{draft}/publish").text
    save(ruth, draft, replaced(wrong))
    answer = publish(ruth, draft, form)
    assert answer.status_code == 422
    assert "This draft cannot go live yet" in words(answer)
    assert live(services) == 1


def test_an_example_that_fails_says_what_was_expected_and_what_decided(visit: Visit) -> None:
    ruth = visit("supervisor")
    draft = begin(ruth)
    save(ruth, draft, replaced(WRONG_EXAMPLE))
    page = words(ruth.get(draft))
    assert "3 of 4 examples come out as they say" in page
    assert "that rule “gas escape” decides it" in page
    assert "rule “everyone else” does" in page
    assert "the journey is Gas escape (it is Repair)" in page


def test_what_the_check_proves_is_shown_with_its_place_and_a_contact(visit: Visit) -> None:
    ruth = visit("supervisor")
    draft = begin(ruth)
    save(ruth, draft, replaced(BREAKS_A_DUTY))
    page = ruth.get(draft)
    assert "The check finds mistakes" in words(page)
    assert "The `reply` of `young child` is what “No telephone” forbids: a contact by phone call on" in words(page)
    line = replaced(BREAKS_A_DUTY).splitlines().index("  - rule: young child") + 1
    assert f"#line-{line}" in page.text


def test_a_rule_that_fits_nobody_is_warned_of(visit: Visit) -> None:
    ruth = visit("supervisor")
    draft = begin(ruth)
    save(ruth, draft, replaced(FITS_NOBODY))
    assert "`young child` fits no contact: these cannot be so at once" in words(ruth.get(draft))


def test_publishing_asks_for_a_reason(services: Services, visit: Visit) -> None:
    ruth = visit("supervisor")
    draft = begin(ruth)
    save(ruth, draft, replaced(PESTS_TEAM))
    answer = publish(ruth, draft, reason=" ")
    assert (answer.status_code, NO_REASON in answer.text) == (422, True)
    answer = ruth.post("/rules/versions/1/roll-back", {"seen": "1", "reason": ""})
    assert "Version 1 is live already" in words(ruth.follow(answer))
    publish(ruth, draft)
    answer = ruth.post("/rules/versions/1/roll-back", {"seen": "2", "reason": ""})
    assert (answer.status_code, NO_REASON in answer.text) == (422, True)
    assert live(services) == 2


def test_whoever_publishes_second_is_told_and_undoes_nothing_unawares(services: Services, visit: Visit) -> None:
    ruth, omar = visit("supervisor"), visit("supervisor")
    first, second = begin(ruth, "First"), begin(omar, "Second")
    save(ruth, first, replaced(PESTS_TEAM))
    save(omar, second, replaced(("name: Gas escape", "name: Smell of gas")))
    form = omar.get(f"{second}/publish").text
    publish(ruth, first)

    refused = publish(omar, second, form)
    assert refused.status_code == 422
    assert "Version 2 was published by Sam Reed meanwhile" in words(refused)
    assert "What changed between version 1 and version 2 1 journey changed changed pests" in words(refused)
    assert live(services) == 2

    unticked = publish(omar, second)
    assert "Tick that version 2 may be replaced" in words(unticked)
    assert live(services) == 2

    again = begin(omar, "Second", version="2")
    save(omar, again, replaced(PESTS_TEAM, ("name: Gas escape", "name: Smell of gas")))
    assert publish(omar, again).status_code == 303
    assert [
        journey.team for journey in services.live.current().ruleset.journeys.values() if journey.key == "pests"
    ] == ["hub"]
    assert publish(omar, second, over="yes").status_code == 303
    assert live(services) == 4


def test_of_two_who_edit_one_file_neither_loses_anything(clock: Clock, visit: Visit) -> None:
    ruth, omar = visit("supervisor"), visit("supervisor")
    draft = begin(ruth)
    page = omar.get(f"{draft}/file?name={FILE}").text
    save(ruth, draft, replaced(PESTS_TEAM))
    clock.move(timedelta(seconds=5))
    mine = replaced(("name: Gas escape", "name: Smell of gas"))
    told = save(omar, draft, mine, page=page)
    assert told.status_code == 409
    assert "Sam Reed saved this file while you were editing" in words(told)
    assert field(told.text, "text") == mine
    assert "removed team: hub" in words(told)
    assert field(omar.get(f"{draft}/file?name={FILE}").text, "text") == replaced(PESTS_TEAM)
    assert save(omar, draft, mine, page=told.text).status_code == 303
    assert field(ruth.get(f"{draft}/file?name={FILE}").text, "text") == mine


def test_what_was_typed_is_kept_where_its_part_is_gone(visit: Visit) -> None:
    ruth, omar = visit("supervisor"), visit("supervisor")
    draft = begin(ruth)
    begins = TEXT[: TEXT.index("  - rule: gas escape")].count("\n") + 1
    page = omar.get(f"{draft}/file?name={FILE}&part={begins}").text
    save(ruth, draft, replaced(("rule: gas escape", "rule: smell of gas")))
    told = save(omar, draft, "  - rule: gas escape\n    then: {team: hub}\n", page=page)
    assert told.status_code == 409
    assert "has taken “gas escape” out meanwhile" in words(told)
    assert '<pre class="fc-words">  - rule: gas escape' in told.text


def test_a_draft_that_was_changed_is_looked_at_again_before_it_goes_live(services: Services, visit: Visit) -> None:
    ruth, omar = visit("supervisor"), visit("supervisor")
    draft = begin(ruth)
    save(ruth, draft, replaced(PESTS_TEAM))
    form = ruth.get(f"{draft}/publish").text
    save(omar, draft, replaced(("team: repairs", "team: hub")))
    answer = publish(ruth, draft, form)
    assert (answer.status_code, "has changed the draft meanwhile" in words(answer)) == (422, True)
    assert live(services) == 1


def test_files_are_added_and_taken_out(visit: Visit) -> None:
    ruth = visit("supervisor")
    draft = begin(ruth)
    added = ruth.follow(ruth.post(f"{draft}/files", {"name": "more/rules-pests.yaml"}))
    assert "more/rules-pests.yaml is added" in words(added)
    assert "more/rules-pests.yaml" in words(ruth.get(draft))
    form = ruth.get(f"{draft}/remove?name=more/rules-pests.yaml").text
    fields = {"name": "more/rules-pests.yaml", "was": field(form, "was")}
    assert "taken out" in words(ruth.follow(ruth.post(f"{draft}/remove", fields)))
    assert "more/rules-pests" not in words(ruth.get(draft))


@pytest.mark.parametrize(
    "name", ["", FILE, "../up.yaml", ".hidden.yaml", "rules.txt", "a b.yaml", "a//b.yaml", "x" * 200 + ".yaml"]
)
def test_a_name_that_is_none_for_a_file_is_refused(visit: Visit, name: str) -> None:
    ruth = visit("supervisor")
    draft = begin(ruth)
    answer = ruth.post(f"{draft}/files", {"name": name})
    assert answer.status_code == 422
    assert 'id="name-error"' in answer.text


def test_a_draft_is_thrown_away(services: Services, visit: Visit) -> None:
    ruth = visit("supervisor")
    draft = begin(ruth)
    assert "cannot be brought back" in words(ruth.get(f"{draft}/discard"))
    assert "thrown away" in words(ruth.follow(ruth.post(f"{draft}/discard")))
    assert ruth.get(draft).status_code == 404
    assert live(services) == 1


@pytest.mark.parametrize(
    "text,said",
    [
        ("x" * (rules_checks.LARGEST_FILE + 1), "A file may have 500,000 characters and 10,000 lines here: split it"),
        ("x\n" * (rules_checks.MOST_LINES + 1), "A file may have 500,000 characters and 10,000 lines here: split it"),
        ("[" * 20_000, "more than 50 levels"),
        ("a: &a [x]\nb: [*a, *a, *a]\n" * 2_000, "An anchor, `&a`, is not used here"),
        ("- {rule: a}\n" * 9_000, "mistake"),
        ("\n", "There is no section `landlord`"),
    ],
    ids=["too long", "too many lines", "too deep", "aliases", "many mistakes", "nothing"],
)  # fmt: skip
def test_hostile_text_is_answered_with_what_is_wrong(visit: Visit, text: str, said: str) -> None:
    ruth = visit("supervisor")
    draft = begin(ruth)
    answer = save(ruth, draft, text)
    page = ruth.follow(answer) if answer.status_code == 303 else answer
    assert page.status_code in (200, 422)
    assert said.lower() in words(page).lower()


def test_ten_megabytes_are_refused_before_they_are_looked_at(visit: Visit) -> None:
    ruth = visit("supervisor")
    draft = begin(ruth)
    answer = save(ruth, draft, "x" * 11_000_000)
    assert answer.status_code == 413
    assert "Nothing was saved: a page takes at most 10 MB" in words(answer)


def test_what_was_saved_is_shown_as_words(visit: Visit) -> None:
    ruth = visit("supervisor")
    draft = begin(ruth, "<b>bold</b>")
    page = ruth.follow(save(ruth, draft, "</textarea><script>alert(1)</script>\n"))
    assert "<script>" not in page.text
    assert "<b>bold" not in page.text
    assert field(page.text, "text") == "</textarea><script>alert(1)</script>\n"


def test_a_colleague_reads_and_tries_and_changes_nothing(visit: Visit) -> None:
    ruth, jo = visit("supervisor"), visit("colleague")
    draft = begin(ruth, "Secret plan")
    page = jo.get("/rules")
    assert "Start a draft" not in page.text
    assert "Secret plan" not in page.text
    assert "rule: gas escape" in words(jo.get(f"/rules/versions/1/file?name={FILE}"))
    tried = jo.post("/rules/try", {"channel": "sms", "says": "I smell gas", "draft": draft.rpartition("/")[2]})
    assert "Emergency Line" in words(tried)
    assert "Secret plan" not in tried.text


TRIED = [
    ({"says": "I can smell gas in my kitchen"}, "Owner Emergency Line"),
    ({"says": "I can smell gas in my kitchen"}, "Priority Emergency"),
    ({"says": "hello"}, "Journey Not recognised"),
    ({"journey": "pests", "says": ""}, "Owner Repairs"),
    ({"journey": "repair", "who": "customer", "customer.household": "young-child"}, "A young child lives there."),
    ({"journey": "repair", "customer.household": "young-child"}, "Priority Normal"),
    ({"journey": "repair", "who": "customer", "customer.adjustments": "email-only"}, "“Email only”: only by email."),
    ({"journey": "repair", "who": "customer", "repeat_contacts": "2"}, "Owner Complaints"),
    ({"says": "hello", "recipient": "complaints@mill-lane.example"}, "Owner Complaints"),
    ({"journey": "gas-escape", "at": "2026-12-25T03:00"}, "Make safe: Saturday 26 December at 3am"),
    ({"journey": "repair"}, "Had the journey been Gas escape"),
    ({"journey": "repair", "channel": "pigeon"}, "cannot be tried here: channel: pigeon is none of its values"),
    ({"journey": "repair", "at": "9999-12-31T23:59"}, "cannot be tried here"),
]


@pytest.mark.parametrize("fields,said", TRIED, ids=[said for _, said in TRIED])
def test_a_made_up_contact_is_tried(visit: Visit, fields: dict[str, str], said: str) -> None:
    tried = visit("supervisor").post("/rules/try", {"channel": "sms", **fields})
    assert tried.status_code == 200
    assert said in words(tried)


@pytest.mark.parametrize(
    "fields,said",
    [
        ({}, "Enter what they say, or choose a journey"),
        ({"says": "x", "who": "customer", "repeat_contacts": "two"}, "Enter a whole number"),
    ],
)
def test_what_cannot_be_tried_is_said(visit: Visit, fields: dict[str, str], said: str) -> None:
    tried = visit("supervisor").post("/rules/try", {"channel": "sms", **fields})
    assert (tried.status_code, said in words(tried)) == (422, True)


def test_a_broken_draft_is_not_tried(visit: Visit) -> None:
    ruth = visit("supervisor")
    draft = begin(ruth)
    save(ruth, draft, replaced(MISTAKE))
    tried = ruth.post("/rules/try", {"channel": "sms", "says": "rats", "draft": draft.rpartition("/")[2]})
    assert (tried.status_code, "This draft has mistakes" in words(tried)) == (422, True)


def test_the_history_is_shown_a_page_at_a_time(services: Services, visit: Visit) -> None:
    for number in range(30):
        publish_small(services, {FILE: TEXT.replace("Mill Lane Homes", f"Homes {number}").encode()})
    ruth = visit("supervisor")
    first = ruth.get("/rules/history")
    assert len(re.findall(r'href="/rules/versions/\d+"', first.text)) == 25
    following = re.search(r'href="(/rules/history\?before=\d+)"', first.text)
    assert following
    assert 'href="/rules/versions/1"' in ruth.get(following[1]).text


@pytest.mark.parametrize(
    "path",
    [
        "/rules/versions/99",
        "/rules/versions/x",
        "/rules/versions/99999999999999999999",
        "/rules/versions/1/file?name=no.yaml",
        "/rules/drafts/nothing",
    ],
)
def test_what_there_is_not_is_not_found(visit: Visit, path: str) -> None:
    assert visit("supervisor").get(path).status_code == 404


def test_of_two_who_publish_at_once_one_is_told(services_on_both: Services) -> None:
    writer, at = services_on_both.writer, services_on_both.clock()
    rows = [version_row(small_landlord(), "console", author, "At once", at) for author in ("Ruth", "Omar")]
    tries = [writer.submit(rulesets.publish_over, (1, row)) for row in rows]
    back = writer.submit(rulesets.roll_back, rulesets.RollBack(1, 1, "Jo", "At once", at))
    numbers = [future.result() for future in (*tries, back)]
    assert sorted(numbers, key=str) == [2, None, None]
    won = rows[0] if numbers[0] else rows[1] if numbers[1] else None
    again = writer.submit(rulesets.publish_over, (1, won)).result() if won else 2
    assert again == 2, "a commit that was cut off is run again, and publishes once"
    assert [row["version"] for row in history(services_on_both)] == [2, 1]


def test_both_records_keep_drafts_versions_and_who_rolled_back(services_on_both: Services) -> None:
    ruth = Visitor(services_on_both).signed_in(["supervisor"], [], "x")
    draft = begin(ruth)
    save(ruth, draft, replaced(PESTS_TEAM))
    assert publish(ruth, draft).status_code == 303
    answer = ruth.post("/rules/versions/1/roll-back", {"seen": "2", "reason": "Back"})
    assert answer.status_code == 303
    rows = history(services_on_both)
    assert [(row["version"], row["parent"], row["restores"], row["origin"]) for row in rows] == [
        (3, 2, 1, "folder"),
        (2, 1, None, "console"),
        (1, None, None, "folder"),
    ]
    again = ruth.post("/rules/versions/1/roll-back", {"seen": "2", "reason": "Back"})
    assert (again.status_code, "was published by Sam Reed meanwhile" in words(again)) == (422, True)

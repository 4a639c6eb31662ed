"""A second person's approval: who may give it, what it is bound to, and what an emergency leaves in the history."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import httpx
import pytest

from router import publishing
from router.publishable import check
from router.publishing import By, ChangeRefusedError, Over
from router.services import Services
from router.store import approvals, drafts, rulesets, submissions
from router.store.engine import begin_read
from router.store.rulesets import Refusal
from router.store.submissions import SubmissionEnd
from tests.integration.console.visitor import Visitor
from tests.integration.rulesets.conftest import (
    FILE,
    PESTS_TO_HUB,
    PESTS_WITH_APPROVAL,
    TEXT,
    WITH_APPROVAL,
    Caller,
    ask_for_approvals,
)
from tests.landlord import publish_small

Api = Callable[..., Caller]
Visit = Callable[..., Visitor]
WHY = {"live": 2, "reason": "Pests go to the Hub"}


def history(services: Services) -> list[dict[str, Any]]:
    with begin_read(services.record) as record:
        return rulesets.history(record)


def submitted(ruth: Caller, text: str = PESTS_WITH_APPROVAL) -> tuple[str, str]:
    """A draft that waits for approval, and its submission."""
    draft: str = ruth("POST", "/drafts", json={"files": {FILE: text}, "note": "Pests"}).json()["id"]
    answer = ruth("POST", f"/drafts/{draft}/submit", json=WHY)
    assert answer.status_code == 201, answer.text
    asked = answer.json()["submission"]
    assert (asked["outcome"], asked["holds"], asked["reason"]) == (None, True, WHY["reason"])
    return draft, asked["id"]


def test_what_somebody_else_approved_goes_live_and_the_history_says_who(services: Services, api: Api) -> None:
    ask_for_approvals(services)
    ruth, omar = api(), api("rules:approve", "rules:read")
    draft, submission = submitted(ruth)
    word = {"submission": submission, "words": "I tried it with rats"}
    refused = ruth("POST", f"/drafts/{draft}/publish", json=WHY)
    assert (refused.status_code, "second person" in refused.json()["detail"]) == (409, True)
    own = ruth("POST", f"/drafts/{draft}/approve", json=word)
    assert (own.status_code, "Ask somebody else" in own.json()["detail"]) == (403, True)
    approved = omar("POST", f"/drafts/{draft}/approve", json=word).json()["submission"]
    assert (approved["outcome"], approved["decided_by"], approved["words"]) == ("approved", "key key 2", word["words"])
    assert omar("POST", f"/drafts/{draft}/refuse", json=word).status_code == 409
    assert ruth("POST", f"/drafts/{draft}/publish", json=WHY).status_code == 201
    version = ruth("GET", "/3").json()
    kept = ("approved_by", "approval", "emergency", "needs_approval")
    assert [version[name] for name in kept] == ["key key 2", word["words"], False, True]
    with begin_read(services.record) as record:
        assert (submissions.get(record, submission) or {})["outcome"] == "published"


@pytest.mark.parametrize("after", ["submitted", "approved"])
@pytest.mark.parametrize("change", ["draft", "live", "withdrawn", "discarded"])
def test_an_approval_is_of_exactly_this_over_exactly_that(
    services: Services, api: Api, after: str, change: str
) -> None:
    ask_for_approvals(services)
    ruth, omar = api(), api("rules:approve", "rules:draft", "rules:read")
    draft, submission = submitted(ruth)
    word = {"submission": submission, "words": "Fine"}
    if after == "approved":
        assert omar("POST", f"/drafts/{draft}/approve", json=word).status_code == 200
    live = 2
    match change:
        case "draft":
            text = PESTS_WITH_APPROVAL.replace("Mill Lane", "Long Lane")
            headers = {"if-match": "*"}
            put = ruth("PUT", f"/drafts/{draft}/files/{FILE}", content=text.encode(), headers=headers)
            assert put.status_code == 200
        case "live":
            other = {FILE: WITH_APPROVAL.replace("Mill Lane", "Far Lane")}
            given = {"live": 2, "reason": "Now", "emergency": True, "files": other}
            assert ruth("POST", "", json=given).status_code == 201
            live = 3
        case "withdrawn":
            assert ruth("POST", f"/drafts/{draft}/submit", json=WHY).status_code == 201
        case "discarded":
            assert ruth("DELETE", f"/drafts/{draft}").status_code == 204
    if after == "submitted":
        late = omar("POST", f"/drafts/{draft}/approve", json=word)
        assert late.status_code in (404, 409)
    refused = ruth("POST", "", json={"live": live, "reason": "x", "files": {FILE: PESTS_WITH_APPROVAL}})
    expected = 201 if (after, change) == ("approved", "draft") else 409
    assert refused.status_code == expected, "what was approved may still be published as it was approved"


def test_whoever_had_a_hand_in_a_draft_cannot_approve_it(services: Services, api: Api) -> None:
    ask_for_approvals(services)
    ruth, omar, zoe = api(), api("rules:approve", "rules:draft", "rules:read"), api("rules:approve", "rules:read")
    draft: str = ruth("POST", "/drafts", json={"files": {FILE: WITH_APPROVAL}}).json()["id"]
    for caller, text in ((omar, PESTS_WITH_APPROVAL + "# more\n"), (ruth, PESTS_WITH_APPROVAL)):
        path = f"/drafts/{draft}/files/{FILE}"
        assert caller("PUT", path, content=text.encode(), headers={"if-match": "*"}).status_code == 200
    submission = ruth("POST", f"/drafts/{draft}/submit", json=WHY).json()["submission"]["id"]
    word = {"submission": submission, "words": "Fine"}
    assert [each("POST", f"/drafts/{draft}/approve", json=word).status_code for each in (ruth, omar, zoe)] == [
        403,
        403,
        200,
    ]


def test_turning_approvals_off_needs_one_and_turning_them_on_does_not(api: Api) -> None:
    ruth, omar = api(), api("rules:approve")
    on = ruth("POST", "", json={"live": 1, "reason": "Two of us", "files": {FILE: WITH_APPROVAL}})
    assert on.status_code == 201
    off = {"live": 2, "reason": "One of us", "files": {FILE: TEXT}}
    assert ruth("POST", "", json=off).status_code == 409
    draft, submission = submitted(ruth, TEXT)
    assert omar("POST", f"/drafts/{draft}/approve", json={"submission": submission, "words": "Yes"}).status_code == 200
    assert ruth("POST", "", json=off).status_code == 201
    assert ruth("POST", "", json={"live": 3, "reason": "x", "files": {FILE: PESTS_TO_HUB}}).status_code == 201


@pytest.mark.parametrize(
    "versions,to,allowed",
    [
        ([WITH_APPROVAL, (PESTS_WITH_APPROVAL, "approved")], 2, True),
        ([WITH_APPROVAL, (PESTS_WITH_APPROVAL, "approved")], 1, False),
        ([WITH_APPROVAL, (PESTS_WITH_APPROVAL, "emergency"), (WITH_APPROVAL, "approved")], 3, False),
        ([WITH_APPROVAL, (PESTS_WITH_APPROVAL, "emergency")], 2, True),
    ],
)
def test_a_version_comes_back_by_one_person_that_keeps_approvals_and_was_no_emergency(
    services: Services, api: Api, versions: list[Any], to: int, *, allowed: bool
) -> None:
    ruth, omar = api(), api("rules:approve")
    for text, how in (each if isinstance(each, tuple) else (each, "") for each in versions):
        live = ruth("GET", "/live").json()["version"]
        if how == "approved":
            draft: str = ruth("POST", "/drafts", json={"files": {FILE: text}}).json()["id"]
            asked = ruth("POST", f"/drafts/{draft}/submit", json={"live": live, "reason": "x"}).json()["submission"]
            omar("POST", f"/drafts/{draft}/approve", json={"submission": asked["id"], "words": "Yes"})
        given = {"live": live, "reason": "x", "files": {FILE: text}, "emergency": how == "emergency"}
        assert ruth("POST", "", json=given).status_code == 201
    live = ruth("GET", "/live").json()["version"]
    back = ruth("POST", f"/{to}/rollback", json={"live": live, "reason": "Back"})
    assert back.status_code == (201 if allowed else 409)
    if not allowed:
        now = ruth("POST", f"/{to}/rollback", json={"live": live, "reason": "Back", "emergency": True})
        assert now.status_code == 201
        assert history(services)[0]["emergency"]


def test_both_records_keep_to_it_however_often_a_commit_is_run_again(services_on_both: Services) -> None:
    services = services_on_both
    writer, at = services.writer, services.clock()
    ask_for_approvals(services)
    ruth, omar = By("Ruth", "Pests", at), By("Omar", "Fine", at)
    draft = publishing.begin_draft(writer, 2, {FILE: PESTS_WITH_APPROVAL}, "Pests", ruth)
    with begin_read(services.record) as record:
        row = drafts.get(record, draft) or {}
    submission = publishing.submit(writer, row, 2, ruth)
    again = approvals.Submission(submission, draft, approvals.digest_of(row), 2, "Pests", "Ruth", at)
    assert writer.submit(approvals.submit, again).result() is None
    publishing.decide(writer, submission, SubmissionEnd.APPROVED, omar)
    publishing.decide(writer, submission, SubmissionEnd.APPROVED, omar)
    with pytest.raises(ChangeRefusedError) as settled:
        publishing.decide(writer, submission, SubmissionEnd.REFUSED, omar)
    assert settled.value.refusal is Refusal.SETTLED
    assert publish_small_as(services, PESTS_WITH_APPROVAL, ruth) == 3
    newest = history(services)[0]
    assert (newest["approved_by"], newest["approved_at"], newest["approval"]) == ("Omar", at, "Fine")
    with pytest.raises(ChangeRefusedError) as unknown:
        publishing.decide(writer, "nothing", SubmissionEnd.APPROVED, omar)
    assert unknown.value.refusal is Refusal.UNKNOWN


def publish_small_as(services: Services, text: str, by: By) -> int:
    return publishing.publish(services.writer, check({FILE: text.encode()}), "folder", by, Over(2))


# In the browser ------------------------------------------------------------------------------------------------------


def words(page: httpx.Response) -> str:
    """A page as it reads."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def hidden(page: str, name: str) -> str:
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    assert found, name
    return unescape(found[1])


def test_two_supervisors_change_a_rule_in_the_browser(services: Services, visit: Visit) -> None:
    ask_for_approvals(services)
    ruth, omar = visit("supervisor"), visit("supervisor")
    assert "need a second person’s approval" in words(ruth.get("/rules"))
    draft = ruth.post("/rules/drafts", {"note": "Pests"}).headers["location"]
    opened = ruth.get(f"{draft}/file?name={FILE}").text
    saved = {"name": FILE, "was": hidden(opened, "was"), "part": "", "part_name": "", "text": PESTS_WITH_APPROVAL}
    assert ruth.post(f"{draft}/file", saved).status_code == 303

    page = ruth.get(f"{draft}/publish")
    assert "From Repairs to The Hub" in words(page)
    assert "Submit for approval" in words(page)
    for given, wrong in (({"seen": "2"}, "Enter why"), ({"seen": "1", "reason": "x"}, "Another version was published")):
        answer = ruth.post(f"{draft}/submit", given)
        assert (answer.status_code, wrong in words(answer)) == (422, True)
    waits = ruth.follow(ruth.post(f"{draft}/submit", {"seen": "2", "reason": "The Hub asked"}))
    assert "You had a hand in it" in words(waits)
    assert "Waits for approval" in words(omar.get("/rules"))

    page = omar.get(f"{draft}/publish")
    assert "“The Hub asked”" in words(page)
    submission = hidden(page.text, "submission")
    for given, wrong in (
        ({"outcome": "approved"}, "Enter what you looked at"),
        ({"words": "x"}, "Choose whether"),
        ({"words": "x", "outcome": "published"}, "Choose whether"),
    ):
        answer = omar.post(f"{draft}/decide", {"submission": submission, **given})
        assert (answer.status_code, wrong in words(answer)) == (422, True)
    own = ruth.post(f"{draft}/decide", {"submission": submission, "outcome": "approved", "words": "Yes"})
    assert (own.status_code, "Ask somebody else" in words(own)) == (422, True)
    done = omar.post(f"{draft}/decide", {"submission": submission, "outcome": "approved", "words": "Tried with rats"})
    page = omar.follow(done)
    assert "“Tried with rats”" in words(page)
    published = omar.post(f"{draft}/publish", {"seen": "2", "was": hidden(page.text, "was"), "reason": "The Hub asked"})
    assert published.status_code == 303
    assert "Sam Reed, approved by Sam Reed" in words(omar.get("/rules/history"))
    assert "“Tried with rats”" in words(omar.get("/rules/versions/3"))
    assert history(services)[0]["approved_by"] == f"user:{omar.user['id']}"


def test_a_refusal_is_read_by_who_wrote_it_and_an_emergency_is_shown(services: Services, visit: Visit) -> None:
    ask_for_approvals(services)
    ruth, omar = visit("supervisor"), visit("supervisor")
    draft = ruth.post("/rules/drafts", {"note": "Pests"}).headers["location"]
    opened = ruth.get(f"{draft}/file?name={FILE}").text
    saved = {"name": FILE, "was": hidden(opened, "was"), "part": "", "part_name": "", "text": PESTS_WITH_APPROVAL}
    ruth.post(f"{draft}/file", saved)
    ruth.post(f"{draft}/submit", {"seen": "2", "reason": "The Hub asked"})
    submission = hidden(omar.get(f"{draft}/publish").text, "submission")
    omar.post(f"{draft}/decide", {"submission": submission, "outcome": "refused", "words": "Assets know better"})
    page = ruth.get(f"{draft}/publish")
    assert "“Assets know better”" in words(page)
    given = {"seen": "2", "was": hidden(page.text, "was"), "reason": "Nobody is here"}
    refused = ruth.post(f"{draft}/publish", given)
    assert (refused.status_code, "Tick that it cannot wait" in words(refused)) == (422, True)
    assert ruth.post(f"{draft}/publish", {**given, "emergency": "yes"}).status_code == 303
    assert "Emergency, not approved" in words(ruth.get("/rules/history"))
    assert "Emergency, not approved" in words(ruth.get("/rules"))

    form = ruth.get("/rules/versions/1/roll-back")
    assert "it would do away with approvals" in words(form)
    back = {"seen": hidden(form.text, "seen"), "reason": "Back"}
    assert ruth.post("/rules/versions/1/roll-back", back).status_code == 422
    assert ruth.post("/rules/versions/1/roll-back", {**back, "emergency": "yes"}).status_code == 303
    assert [row["emergency"] for row in history(services)[:2]] == [True, True]


def test_what_was_submitted_can_be_taken_back(services: Services, visit: Visit) -> None:
    ask_for_approvals(services)
    ruth = visit("supervisor")
    draft = ruth.post("/rules/drafts", {"note": "Name"}).headers["location"]
    opened = ruth.get(f"{draft}/file?name={FILE}").text
    text = WITH_APPROVAL.replace("Mill Lane Homes", "Long Lane Homes")
    saved = {"name": FILE, "was": hidden(opened, "was"), "part": "", "part_name": "", "text": text}
    ruth.post(f"{draft}/file", saved)
    ruth.post(f"{draft}/submit", {"seen": "2", "reason": "A name"})
    submission = hidden(ruth.get(f"{draft}/publish").text, "submission")
    taken = ruth.follow(ruth.post(f"{draft}/decide", {"submission": submission, "outcome": "withdrawn"}))
    assert "Submit for approval" in words(taken)
    assert "Waits for approval" not in words(ruth.get("/rules"))


def test_without_the_setting_nothing_is_asked(services: Services, visit: Visit) -> None:
    publish_small(services, {FILE: PESTS_TO_HUB.encode()})
    ruth = visit("supervisor")
    draft = ruth.post("/rules/drafts", {"note": "Pests", "version": "1"}).headers["location"]
    assert "approval" not in words(ruth.get(f"{draft}/publish"))

"""/api/v1/rulesets: versions read and compared, drafts edited by two at once, checked, tried, published and undone."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from router import beside
from router.services import Services
from router.store.keys import SCOPES
from router.web import ruleset_shapes
from rules.load import digest
from tests.integration.rulesets.conftest import FILE, PESTS_TO_HUB, TEXT, Caller
from tests.landlord import small_landlord

Api = Callable[..., Caller]
WHY = {"live": 1, "reason": "Pests go to the Hub"}
MISTAKE = PESTS_TO_HUB.replace("team: hub", "team: hubb", 1)
RATS = {"facts": {"channel": "sms", "says": "rats in my loft"}}


def begun(ruth: Caller, **given: Any) -> str:
    """A draft."""
    answer = ruth("POST", "/drafts", json={"note": "Pests", **given})
    assert answer.status_code == 201, answer.text
    draft: str = answer.json()["id"]
    return draft


def put(ruth: Caller, draft: str, text: str, tag: str | None, name: str = FILE) -> httpx.Response:
    """Write a file."""
    headers = {"if-match": tag} if tag else {}
    return ruth("PUT", f"/drafts/{draft}/files/{name}", content=text.encode(), headers=headers)


def test_a_rule_is_drafted_checked_tried_compared_published_and_undone(services: Services, api: Api) -> None:
    ruth = api()
    draft = begun(ruth)
    shown = ruth("GET", f"/drafts/{draft}").json()
    assert (shown["base_version"], shown["files"], shown["submission"]) == (1, {FILE: TEXT}, None)
    written = put(ruth, draft, PESTS_TO_HUB, shown["etags"][FILE])
    assert (written.status_code, written.headers["etag"]) == (200, written.json()["etag"])
    check = ruth("POST", f"/drafts/{draft}/check?examples=all").json()
    assert (check["may_live"], len(check["examples"])) == (True, check["tried"])
    assert {problem["severity"] for problem in check["problems"]} <= {"warning"}
    tried = ruth("POST", f"/drafts/{draft}/try", json=RATS).json()
    before = ruth("POST", "/1/try", json=RATS).json()
    assert (before["team"], tried["team"], bool(tried["explanation"])) == ("repairs", "hub", True)
    difference = ruth("GET", f"/diff?new={draft}").json()
    assert [each["name"] for each in difference["changes"]] == ["pests"]
    (region,) = difference["regions"]
    assert (region["what"], region["before"], region["now"]) == ("owner", "Repairs", "The Hub")
    contact = {"facts": region["contact"]}
    assert [ruth("POST", path, json=contact).json()["team"] for path in ("/1/try", f"/drafts/{draft}/try")] == [
        "repairs",
        "hub",
    ]

    done = ruth("POST", f"/drafts/{draft}/publish", json=WHY)
    assert (done.status_code, done.json()) == (201, {"version": 2, "published": True})
    assert services.live.current().version == 2
    assert ruth("GET", f"/drafts/{draft}").status_code == 404
    version = ruth("GET", "/2").json()
    assert version["files"] == {FILE: PESTS_TO_HUB}
    assert version["digest"] == digest({FILE: PESTS_TO_HUB.encode()})
    kept = ("live", "parent", "begun_from", "origin", "author", "reason", "emergency", "needs_approval")
    assert [version[name] for name in kept] == [True, 1, 1, "api", f"key key {0}", WHY["reason"], False, False]
    back = ruth("POST", "/1/rollback", json={"live": 2, "reason": "No"})
    assert (back.status_code, back.json()["version"]) == (201, 3)
    listed = ruth("GET", "?limit=2").json()
    assert [(row["version"], row["live"], row["restores"]) for row in listed["versions"]] == [
        (3, True, 1),
        (2, False, None),
    ]
    following = ruth("GET", f"?before={listed['next_before']}").json()
    assert [row["version"] for row in following["versions"]] == [1]
    assert ruth("GET", "/live").json()["files"] == {FILE: TEXT}


def test_whole_files_are_published_at_once_and_never_over_what_was_not_seen(api: Api) -> None:
    ruth, omar = api(), api("rules:publish")
    first = digest(small_landlord().files)
    files = {"files": {FILE: PESTS_TO_HUB}, "reason": "From git"}
    done = omar("POST", "", json={**files, "live_digest": first, "begun_from": 1})
    assert (done.status_code, done.json()) == (201, {"version": 2, "published": True})
    again = omar("POST", "", json={**files, "live_digest": first})
    assert (again.status_code, again.json()) == (200, {"version": 2, "published": False})
    other = {**files, "files": {FILE: TEXT.replace("Mill Lane", "Long Lane")}}
    for stale in ({"live_digest": first}, {"live": 1}):
        late = omar("POST", "", json={**other, **stale})
        assert late.status_code == 409
        assert "Live is version 2, published" in late.json()["detail"]
        assert ": From git. Look at" in late.json()["detail"]
    assert omar("POST", "", json={**other, "live": 2}).status_code == 201
    assert ruth("GET", "/live").json()["version"] == 3


def test_of_two_who_edit_a_file_the_later_one_is_told(api: Api) -> None:
    ruth, omar = api(), api()
    draft = begun(ruth)
    tag = ruth("GET", f"/drafts/{draft}").json()["etags"][FILE]
    assert put(ruth, draft, PESTS_TO_HUB, tag).status_code == 200
    late = put(omar, draft, TEXT, tag)
    assert (late.status_code, "read it again" in late.json()["detail"]) == (412, True)
    assert put(omar, draft, TEXT, None).status_code == 428
    added = omar("PUT", f"/drafts/{draft}/files/more/pests.yaml", content=b"# m\n", headers={"if-none-match": "*"})
    assert (added.status_code, added.json()["name"]) == (201, "more/pests.yaml")
    twice = omar("PUT", f"/drafts/{draft}/files/more/pests.yaml", content=b"# n\n", headers={"if-none-match": "*"})
    assert twice.status_code == 412
    path = f"/drafts/{draft}/files/more/pests.yaml"
    assert omar("DELETE", path, headers={"if-match": '"no"'}).status_code == 412
    assert omar("DELETE", path, headers={"if-match": added.headers["etag"]}).status_code == 204
    assert omar("DELETE", path, headers={"if-match": "*"}).status_code == 404
    assert ruth("GET", f"/drafts/{draft}").json()["files"] == {FILE: PESTS_TO_HUB}
    assert [row["id"] for row in ruth("GET", "/drafts").json()["drafts"]] == [draft]
    assert ruth("DELETE", f"/drafts/{draft}").status_code == 204
    assert ruth("GET", "/drafts").json() == {"drafts": []}


def test_what_is_wrong_is_told_with_its_place_and_keeps_it_from_going_live(api: Api) -> None:
    ruth = api()
    line = MISTAKE[: MISTAKE.index("team: hubb")].count("\n") + 1
    for answer in (
        ruth("POST", "/check", json={"files": {FILE: MISTAKE}}),
        ruth("POST", f"/drafts/{begun(ruth, files={FILE: MISTAKE})}/check"),
    ):
        found = answer.json()
        assert (found["may_live"], found["tried"]) == (False, 0)
        (problem,) = found["problems"]
        assert (problem["file"], problem["line"], problem["severity"]) == (FILE, line, "error")
        assert "hub" in problem["hint"]
    draft = begun(ruth, files={FILE: MISTAKE})
    refused = ruth("POST", f"/drafts/{draft}/publish", json=WHY)
    assert (refused.status_code, f"{FILE}:{line}:" in refused.json()["detail"]) == (422, True)
    assert ruth("POST", f"/drafts/{draft}/submit", json=WHY).status_code == 422
    assert ruth("POST", f"/drafts/{draft}/try", json=RATS).status_code == 422
    assert ruth("GET", f"/diff?new={draft}").status_code == 422
    wrong = TEXT.replace("examples: [{journey: gas-escape}]", "examples: [{journey: repair}]")
    failing = ruth("POST", "/check", json={"files": {FILE: wrong}}).json()
    assert (failing["may_live"], [each["passed"] for each in failing["examples"]]) == (False, [False])


@pytest.mark.parametrize(
    "method,path,given,status",
    [
        ("GET", "/9", None, 404),
        ("GET", "/0", None, 422),
        ("GET", f"/{2**31}", None, 422),
        ("GET", "/drafts/nothing", None, 404),
        ("GET", "/diff?new=9", None, 404),
        ("GET", "/diff?new=" + "9" * 40, None, 422),
        ("DELETE", "/drafts/nothing", None, 404),
        ("POST", "/9/rollback", WHY, 404),
        ("POST", "/1/rollback", WHY, 409),
        ("POST", "/1/rollback", {"reason": "x"}, 422),
        ("POST", "/1/rollback", {"live": 1, "reason": "  "}, 422),
        ("POST", "", {"live": 1, "reason": "x", "files": {"../x.yaml": ""}}, 422),
        ("POST", "", {"live": 1, "reason": "x", "files": {"x.txt": ""}}, 422),
        ("POST", "", {"live": 1, "reason": "x", "files": {}}, 422),
        ("POST", "", {"live": 1, "reason": "x", "files": {FILE: "a\0b"}}, 422),
        ("POST", "", {"live": 1, "reason": "x", "files": {f"{n}.yaml": "" for n in range(201)}}, 422),
        ("POST", "/drafts", {"base": 9}, 404),
        ("POST", "/1/try", {"facts": {"chanel": "sms"}}, 422),
        ("POST", "/1/try", {"facts": {"at": "9999-12-31T23:59:59-23:59"}}, 422),
        ("POST", "/1/try", {"facts": {"channel": ["sms"]}}, 422),
    ],
)
def test_what_is_asked_for_wrongly_gets_a_clear_answer(
    api: Api, method: str, path: str, given: dict[str, Any] | None, status: int
) -> None:
    answer = api()(method, path, json=given)
    assert (answer.status_code, set(answer.json())) == (status, {"detail"}), answer.text
    assert len(answer.json()["detail"]) < 2_000


@pytest.mark.parametrize(
    "body,said",
    [
        (b"nope", "The body is not JSON, from character 0 on."),
        (b"[]", "the body: "),
        (b'{"files": {"a.yaml": ""}, "reason": "x"}', "the body: say which version it replaces"),
    ],
)
def test_a_body_that_cannot_be_read_is_told_in_words(api: Api, body: bytes, said: str) -> None:
    answer = api()("POST", "", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(said)


def test_what_could_not_be_checked_now_is_checked_when_it_is_asked_for_again(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: object) -> None:
        raise beside.TooLongError

    ruth = api()
    given = {"files": {FILE: TEXT + "# looked at twice\n"}}
    with monkeypatch.context() as patched:
        patched.setattr(beside, "run", slow)
        assert not ruth("POST", "/check", json=given).json()["may_live"]
    assert ruth("POST", "/check", json=given).json()["may_live"]


def test_a_file_that_is_no_text_or_too_long_is_refused(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    ruth = api()
    draft = begun(ruth)
    for content in (b"\xff", b"a\0b"):
        answer = ruth("PUT", f"/drafts/{draft}/files/{FILE}", content=content, headers={"if-match": "*"})
        assert answer.status_code == 422
    for name in ("%2e%2e/x.yaml", "x.txt", ".hidden.yaml"):
        answer = ruth("PUT", f"/drafts/{draft}/files/{name}", content=b"", headers={"if-none-match": "*"})
        assert answer.status_code in (404, 422)
    assert ruth_files(ruth, draft) == [FILE]
    assert ruleset_shapes.LONGEST_FILE < 10_000_000
    del monkeypatch


def ruth_files(ruth: Caller, draft: str) -> list[str]:
    return sorted(ruth("GET", f"/drafts/{draft}").json()["files"])


NEEDS = [
    ("GET", "", "rules:read"),
    ("GET", "/live", "rules:read"),
    ("GET", "/1", "rules:read"),
    ("GET", "/diff?new=1", "rules:read"),
    ("GET", "/drafts", "rules:read"),
    ("GET", "/drafts/x", "rules:read"),
    ("POST", "/1/try", "rules:read"),
    ("POST", "/drafts/x/check", "rules:read"),
    ("POST", "/drafts/x/try", "rules:read"),
    ("POST", "/check", "rules:draft"),
    ("POST", "/drafts", "rules:draft"),
    ("DELETE", "/drafts/x", "rules:draft"),
    ("PUT", f"/drafts/x/files/{FILE}", "rules:draft"),
    ("DELETE", f"/drafts/x/files/{FILE}", "rules:draft"),
    ("POST", "/drafts/x/submit", "rules:draft"),
    ("POST", "/drafts/x/approve", "rules:approve"),
    ("POST", "/drafts/x/refuse", "rules:approve"),
    ("POST", "", "rules:publish"),
    ("POST", "/1/rollback", "rules:publish"),
    ("POST", "/drafts/x/publish", "rules:publish"),
]


@pytest.mark.parametrize("method,path,scope", NEEDS)
def test_a_key_does_what_its_scopes_say_and_no_more(api: Api, method: str, path: str, scope: str) -> None:
    others = api(*(each for each in SCOPES if each != scope))
    refused = others(method, path, json={})
    assert (refused.status_code, scope in refused.json()["detail"]) == (403, True)
    assert api(scope)(method, path, json={}).status_code != 403


def test_an_emergency_needs_a_scope_of_its_own(api: Api) -> None:
    given = {"live": 1, "reason": "Now", "emergency": True, "files": {FILE: PESTS_TO_HUB}}
    refused = api("rules:publish")("POST", "", json=given)
    assert (refused.status_code, "rules:emergency" in refused.json()["detail"]) == (403, True)
    done = api("rules:publish", "rules:emergency")("POST", "", json=given)
    assert done.status_code == 201
    assert api()("GET", "/2").json()["emergency"] is False, "no approval was needed, so it was none"

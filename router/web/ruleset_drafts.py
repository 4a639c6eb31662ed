"""/api/v1/rulesets/drafts: changes that are not live yet, edited, checked, tried, approved and published."""

import hashlib
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends, Header, HTTPException, Path, Request, Response
from sqlalchemy import Connection
from starlette.requests import ClientDisconnect

from router import checking, publishing
from router.apart import apart
from router.publishing import FILE_NAME, LONGEST_NAME, MOST_FILES
from router.services import Services
from router.store import approvals, drafts, rulesets, submissions, users
from router.store.rows import Row
from router.store.submissions import SubmissionEnd
from router.views import time
from router.web.access import Key, needs, reading
from router.web.parameters import PREFIX, WRITTEN, Id, Tools, problems
from router.web.ruleset_shapes import (
    LONGEST_FILE,
    CheckOut,
    DraftIn,
    DraftList,
    DraftOut,
    DraftSummary,
    FileOut,
    PublishedOut,
    PublishIn,
    SubmissionOut,
    SubmitIn,
    TriedOut,
    TryIn,
    WordIn,
)
from router.web.rulesets import (
    APPROVE,
    DRAFT,
    PUBLISH,
    READ,
    Examples,
    by_key,
    checked_out,
    files_of,
    make_live,
    may,
    refusal,
    tried_out,
)

NO_DRAFT: Final = "There is no such draft any more: it was published or thrown away."
ANY_STATE: Final = "*"
Name = Annotated[
    str,
    Path(max_length=LONGEST_NAME, pattern=f"^{FILE_NAME.pattern}$", description="Such as rules-owner.yaml."),
]
Match = Annotated[
    str | None,
    Header(max_length=100, pattern=WRITTEN, description="The ETag of the file as you began with it."),
]
NoneMatch = Annotated[
    str | None, Header(max_length=100, pattern=WRITTEN, description="`*` to add a file that is not there yet.")
]
YAML = {
    "requestBody": {
        "required": True,
        "content": {"application/yaml": {"schema": {"type": "string", "maxLength": LONGEST_FILE}}},
    }
}
Drafter = Annotated[Key, Depends(needs(DRAFT))]
api = APIRouter(prefix=f"{PREFIX}/rulesets/drafts", tags=["drafts of rulesets"])


@api.get("", dependencies=[Depends(needs(READ))], responses=problems())
async def list_drafts(services: Tools) -> DraftList:
    """Every draft, the last changed first, without files."""
    rows = await reading(services, lambda record: users.signed(record, drafts.every(record), "author", "changed_by"))
    return DraftList(drafts=[DraftSummary.model_validate(_summary(row)) for row in rows])


@api.post("", status_code=201, responses=problems(400, 404, 413))
async def begin_draft(given: DraftIn, services: Tools, key: Drafter) -> DraftOut:
    """Begin a draft, from the live version unless told. Nothing in it decides anything before it is published."""

    def read(record: Connection) -> dict[str, Any] | None:
        return rulesets.version(record, given.base or rulesets.live_version(record) or 0)

    base = await reading(services, read)
    if base is None:
        raise HTTPException(404, "There is no version of this number.")
    files = base["files"] if given.files is None else given.files
    note = given.note or f"A change to version {base['version']}"
    by = by_key(services, key, "")
    draft = await apart(publishing.begin_draft, services.writer, base["version"], files, note, by)
    return await get_draft(draft, services)


@api.get("/{draft}", dependencies=[Depends(needs(READ))], responses=problems(404))
async def get_draft(draft: Id, services: Tools) -> DraftOut:
    """One draft with its files, and what a second person said to it."""

    def read(record: Connection) -> tuple[Row | None, Row | None, int | None]:
        row, asked = drafts.get(record, draft), submissions.of_draft(record, draft)
        signed = users.signed(record, [row], "author", "changed_by")[0] if row else None
        said = users.signed(record, [asked], "author", "decided_by")[0] if asked else None
        return signed, said, rulesets.live_version(record)

    row, asked, live = await reading(services, read)
    if row is None:
        raise HTTPException(404, NO_DRAFT)
    return _out(row, asked, live)


@api.delete("/{draft}", status_code=204, responses=problems(404, 409))
async def discard_draft(draft: Id, services: Tools, key: Drafter) -> None:
    """Throw a draft away, as it is now; what is live is not touched."""
    row = await _found(services, draft)
    by = by_key(services, key, "")
    if not await apart(publishing.discard, services.writer, row, by.author, by.at):
        raise HTTPException(409, "Somebody has just changed this draft, so it was kept.")


@api.put(
    "/{draft}/files/{name:path}",
    responses={201: {"model": FileOut, "description": "It was added."}, **problems(400, 404, 412, 413, 428)},
    openapi_extra=YAML,
)
async def put_file(
    draft: Id,
    name: Name,
    request: Request,
    response: Response,
    services: Tools,
    key: Drafter,
    if_match: Match = None,
    if_none_match: NoneMatch = None,
) -> FileOut:
    """Write one file of a draft: its text is the body. 412 where somebody else has changed it since you read it."""
    files = (await _found(services, draft))["files"]
    was = files.get(name)
    _met(was, if_match, if_none_match)
    if was is None and len(files) >= MOST_FILES:
        raise HTTPException(422, f"A draft has at most {MOST_FILES} files.")
    text = await _text(request)
    await _change(services, draft, name, was, text, key)
    response.status_code = 200 if was is not None else 201
    response.headers["ETag"] = etag(text)
    return FileOut(name=name, etag=etag(text))


@api.delete("/{draft}/files/{name:path}", status_code=204, responses=problems(404, 412, 428))
async def remove_file(draft: Id, name: Name, services: Tools, key: Drafter, if_match: Match = None) -> None:
    """Take a file out of a draft."""
    was = (await _found(services, draft))["files"].get(name)
    if was is None:
        raise HTTPException(404, "There is no file of this name in the draft.")
    _met(was, if_match, None)
    await _change(services, draft, name, was, None, key)


@api.post("/{draft}/check", dependencies=[Depends(needs(READ))], responses=problems(404))
async def check_draft(draft: Id, services: Tools, examples: Examples = "failing") -> CheckOut:
    """Every mistake and warning of a draft, with file, line and column, and how its examples come out."""
    row = await _found(services, draft)
    return checked_out(await apart(checking.report_on, row["files"]), examples)


@api.post("/{draft}/try", dependencies=[Depends(needs(READ))], responses=problems(400, 404, 413))
async def try_draft(draft: Id, given: TryIn, services: Tools) -> TriedOut:
    """What a draft does with a made-up contact, and why. Nothing of it is stored."""
    files = await reading(services, lambda record: files_of(record, draft))
    return await tried_out(services, files, given)


@api.post("/{draft}/submit", status_code=201, responses=problems(400, 404, 409, 413))
async def submit_draft(draft: Id, given: SubmitIn, services: Tools, key: Drafter) -> DraftOut:
    """Ask a second person to approve a draft: exactly as it is now, over the version that is live now."""
    row = await _found(services, draft)
    report = await apart(checking.report_on, row["files"])
    if not report.may_live:
        raise HTTPException(422, "This draft cannot go live yet: put right what its check says.")
    by = by_key(services, key, given.reason)
    try:
        await apart(publishing.submit, services.writer, row, given.live, by)
    except publishing.ChangeRefusedError as refused:
        raise refusal(refused) from None
    return await get_draft(draft, services)


@api.post("/{draft}/approve", responses=problems(400, 404, 409, 413))
async def approve_draft(
    draft: Id, given: WordIn, services: Tools, key: Annotated[Key, Depends(needs(APPROVE))]
) -> DraftOut:
    """Approve what was submitted. 403 for who had a hand in it, 409 where it is not what it was any more."""
    return await _decide(services, draft, given, SubmissionEnd.APPROVED, key)


@api.post("/{draft}/refuse", responses=problems(400, 404, 409, 413))
async def refuse_draft(
    draft: Id, given: WordIn, services: Tools, key: Annotated[Key, Depends(needs(APPROVE))]
) -> DraftOut:
    """Refuse what was submitted, with what is wrong with it."""
    return await _decide(services, draft, given, SubmissionEnd.REFUSED, key)


@api.post("/{draft}/publish", status_code=201, responses=problems(400, 404, 409, 413))
async def publish_draft(
    draft: Id,
    given: Annotated[PublishIn, Body()],
    services: Tools,
    key: Annotated[Key, Depends(needs(PUBLISH))],
) -> PublishedOut:
    """Make a draft live; then it is no draft any more."""
    may(key, given)
    row = await _found(services, draft)
    done = await make_live(services, row["files"], given, key, row["base_version"])
    by = by_key(services, key, "")
    await apart(publishing.discard, services.writer, row, by.author, by.at)
    return done


def etag(text: str) -> str:
    """What tells one state of a file from another."""
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


async def _found(services: Services, draft: str) -> dict[str, Any]:
    row = await reading(services, lambda record: drafts.get(record, draft))
    if row is None:
        raise HTTPException(404, NO_DRAFT)
    return row


def _met(was: str | None, match: str | None, none_match: str | None) -> None:
    """Refuse a change whose maker does not say, or does not know, what is there now."""
    if none_match == ANY_STATE and match is None:
        if was is not None:
            raise HTTPException(412, "There is a file of this name already: read it, and send its ETag as If-Match.")
    elif match is None:
        raise HTTPException(428, "Send the file's ETag as If-Match, or If-None-Match: * to add a file.")
    elif was is None or match not in (etag(was), ANY_STATE):
        raise HTTPException(412, "The file is not what it was: read it again, and send its new ETag as If-Match.")


async def _text(request: Request) -> str:
    try:
        text = (await request.body()).decode()
    except ClientDisconnect:
        raise HTTPException(400, "The request ended before it was whole.") from None
    except UnicodeDecodeError as error:
        raise HTTPException(422, f"The file is not UTF-8, at byte {error.start}.") from None
    if "\0" in text or len(text) > LONGEST_FILE:
        raise HTTPException(422, f"A file has no NUL characters, and at most {LONGEST_FILE:,} others.")
    return text


async def _change(services: Services, draft: str, name: str, was: str | None, text: str | None, key: Key) -> None:
    by = by_key(services, key, "")
    change = drafts.FileChange(draft, name, was, text, by.author, by.at)
    if not await services.writer.write(drafts.change_file, change):
        raise HTTPException(412, "Somebody has just changed this file: read it again, and send its new ETag.")


async def _decide(services: Services, draft: str, given: WordIn, outcome: SubmissionEnd, key: Key) -> DraftOut:
    asked = await reading(services, lambda record: submissions.get(record, given.submission))
    if asked is None or asked["draft_id"] != draft:
        raise HTTPException(404, "There is no such submission of this draft.")
    by = by_key(services, key, given.words)
    try:
        await apart(publishing.decide, services.writer, given.submission, outcome, by)
    except publishing.ChangeRefusedError as refused:
        raise refusal(refused) from None
    return await get_draft(draft, services)


def _summary(row: Row) -> dict[str, Any]:
    return {**row, "created_at": time(row["created_at"]), "changed_at": time(row["changed_at"])}


def _out(row: Row, asked: Row | None, live: int | None) -> DraftOut:
    digest = approvals.digest_of(dict(row))
    shown: dict[str, Any] = {
        "digest": digest,
        "etags": {name: etag(text) for name, text in row["files"].items()},
        "submission": _submission(asked, digest, live) if asked else None,
    }
    return DraftOut.model_validate(_summary(row) | shown)


def _submission(asked: Row, digest: str, live: int | None) -> SubmissionOut:
    times = {name: time(asked[name]) for name in ("at", "decided_at")}
    holds = (asked["digest"], asked["live_version"]) == (digest, live)
    return SubmissionOut.model_validate({**asked, **times, "holds": holds})

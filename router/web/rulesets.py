"""/api/v1/rulesets: every version of the rules, what differs between them, and making one live."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Query, Response
from sqlalchemy import Connection

from router import checking, publishing
from router.apart import apart
from router.publishable import Checked, Report
from router.publishing import By, ChangeRefusedError, Over
from router.services import Services
from router.store import drafts, rulesets, users
from router.store.rows import Row
from router.store.rulesets import LARGEST, Refusal, as_bytes
from router.views import time
from router.web.access import Key, needs, reading
from router.web.parameters import PREFIX, WRITTEN, Limit, Tools, problems
from router.web.ruleset_shapes import (
    CheckOut,
    DifferenceOut,
    FilesIn,
    PublishedOut,
    PublishFilesIn,
    PublishIn,
    TriedOut,
    TryIn,
    VersionNumber,
    VersionOut,
    VersionPage,
    VersionSummary,
)
from rules.given import WrongFactError
from rules.load import digest
from rules.problems import RulesetError

ORIGIN = "api"
READ, DRAFT, PUBLISH = "rules:read", "rules:draft", "rules:publish"
EMERGENCY, APPROVE = "rules:emergency", "rules:approve"
FEW = 5
Examples = Annotated[Literal["failing", "all"], Query(description="Which examples to tell of.")]
Side = Annotated[
    str, Query(max_length=30, pattern=WRITTEN, description="A version's number, `live`, or the id of a draft.")
]
api = APIRouter(prefix=f"{PREFIX}/rulesets", tags=["rulesets"])


@api.get("", dependencies=[Depends(needs(READ))], responses=problems())
async def list_versions(
    services: Tools, before: Annotated[int | None, Query(ge=1, le=LARGEST)] = None, limit: Limit = 50
) -> VersionPage:
    """Versions that were ever live, newest first, without their files."""

    def read(record: Connection) -> tuple[int | None, list[dict[str, Any]]]:
        rows = rulesets.history(record, before=before, limit=limit)
        return rulesets.live_version(record), users.signed(record, rows, "author", "approved_by")

    live, rows = await reading(services, read)
    following = rows[-1]["version"] if len(rows) == limit else None
    return VersionPage(versions=[summary(row, live) for row in rows], next_before=following)


@api.get("/live", dependencies=[Depends(needs(READ))], responses=problems(404))
async def get_live_version(services: Tools) -> VersionOut:
    """The version that decides now, with its files."""
    return await _version(services, None)


@api.get("/diff", dependencies=[Depends(needs(READ))], responses=problems(404))
async def compare(services: Tools, new: Side, old: Side = "live") -> DifferenceOut:
    """What differs between two versions or drafts by meaning, and which contacts are decided differently.

    Which contacts: regions of facts, each with one contact; proven to be all there are, or `notes` says that they are
    not.
    """
    before, after = await reading(services, lambda record: (files_of(record, old), files_of(record, new)))
    found = await apart(checking.compared, before, after)
    if found is None:
        raise HTTPException(422, "One of the two cannot be read as rules, or comparing them takes too long.")
    return DifferenceOut.model_validate(
        {
            "changes": [change.as_dict() for change in found.changes],
            "regions": [region.as_dict() for region in found.regions],
            "notes": list(found.notes),
        }
    )


@api.post("/check", dependencies=[Depends(needs(DRAFT))], responses=problems(400, 413))
async def check_files(given: FilesIn, examples: Examples = "failing") -> CheckOut:
    """Check files without keeping them, and try their examples."""
    return checked_out(await apart(checking.report_on, given.files), examples)


@api.post("", status_code=201, responses={200: {"model": PublishedOut}, **problems(400, 404, 409, 413)})
async def publish_files(
    given: PublishFilesIn, response: Response, services: Tools, key: Annotated[Key, Depends(needs(PUBLISH))]
) -> PublishedOut:
    """Check whole files and make them live, as `firstcontact rules publish` does with a folder.

    200 where exactly these files are live already; 409 where another version is live than was said, or an approval is
    needed and missing.
    """
    may(key, given)
    current = await reading(services, _live)
    if current and current["digest"] == digest(as_bytes(given.files)):
        response.status_code = 200
        return PublishedOut(version=current["version"], published=False)
    return await make_live(services, given.files, given, key, given.begun_from)


@api.get("/{version}", dependencies=[Depends(needs(READ))], responses=problems(404))
async def get_version(version: VersionNumber, services: Tools) -> VersionOut:
    """One version, with its files."""
    return await _version(services, version)


@api.post("/{version}/try", dependencies=[Depends(needs(READ))], responses=problems(400, 404, 413))
async def try_on_version(version: VersionNumber, given: TryIn, services: Tools) -> TriedOut:
    """What a version does with a made-up contact, and why. Nothing of it is stored."""
    files = await reading(services, lambda record: files_of(record, str(version)))
    return await tried_out(services, files, given)


@api.post("/{version}/rollback", status_code=201, responses=problems(400, 404, 409, 413))
async def roll_back(
    version: VersionNumber, given: PublishIn, services: Tools, key: Annotated[Key, Depends(needs(PUBLISH))]
) -> PublishedOut:
    """Make the files of an earlier version live again, as a version of its own."""
    may(key, given)
    earlier = await reading(services, lambda record: rulesets.version(record, version))
    if earlier is None:
        raise HTTPException(404, "There is no version of this number.")
    seen = await _seen(services, given)
    if version == seen:
        raise HTTPException(409, f"Version {version} is live already.")
    by, over = by_key(services, key, given.reason), Over(seen, emergency=given.emergency)
    try:
        number = await apart(publishing.roll_back, services.writer, earlier, by, over)
    except RulesetError:
        raise HTTPException(409, f"Version {version} cannot be read as rules any more.") from None
    except ChangeRefusedError as refused:
        raise refusal(refused) from None
    await apart(services.live.look)
    return PublishedOut(version=number, published=True)


# What the routes of drafts use too -----------------------------------------------------------------------------------


async def make_live(
    services: Services, files: Mapping[str, str], given: PublishIn, key: Key, begun_from: int | None
) -> PublishedOut:
    """Check files and publish them; HTTPException says why not."""
    report = await apart(checking.report_on, files)
    if report.ruleset is None or not report.may_live:
        raise HTTPException(422, _wrong(report))
    checked = Checked(as_bytes(files), report.ruleset, report.problems)
    seen = await _seen(services, given)
    by, over = by_key(services, key, given.reason), Over(seen, begun_from, given.emergency)
    try:
        number = await apart(publishing.publish, services.writer, checked, ORIGIN, by, over)
    except ChangeRefusedError as refused:
        raise refusal(refused) from None
    await apart(services.live.look)
    return PublishedOut(version=number, published=True)


async def _seen(services: Services, given: PublishIn) -> int:
    """The version that may be replaced; HTTPException where it is not the live one, with what is."""
    current = await reading(services, _live)
    if current is None:
        raise HTTPException(409, "Nothing is live yet: start the engine, or publish a folder, first.")
    if given.live not in (None, current["version"]) or given.live_digest not in (None, current["digest"]):
        told = f"version {current['version']}, published {time(current['at'])} by {current['author']}"
        look = f"Look at {PREFIX}/rulesets/diff?old={given.live or 'VERSION'}&new=live, and decide again."
        raise HTTPException(409, f"Live is {told}: {current['reason']}. {look}")
    number: int = current["version"]
    return number


def _live(record: Connection) -> dict[str, Any] | None:
    number = rulesets.live_version(record)
    row = rulesets.without_files(record, number) if number is not None else None
    return users.signed(record, [row], "author")[0] if row else None


async def tried_out(services: Services, files: Mapping[str, str], given: TryIn) -> TriedOut:
    """What files make of facts; HTTPException says what is wrong with either."""
    try:
        found = await apart(checking.tried, files, given.facts, services.clock())
    except WrongFactError as wrong:
        raise HTTPException(422, f"facts: {wrong}") from None
    except RulesetError:
        raise HTTPException(422, "These files cannot be read as rules: check them first.") from None
    return TriedOut.model_validate(found)


def files_of(record: Connection, named: str) -> dict[str, str]:
    """The files of a version by number, of the live one, or of a draft; HTTPException where there is no such."""
    if named == "live" or (named.isascii() and named.isdecimal()):
        number = rulesets.live_version(record) if named == "live" else min(int(named), LARGEST)
        row = rulesets.version(record, number) if number is not None else None
    else:
        row = drafts.get(record, named)
    if row is None:
        raise HTTPException(404, "There is no version or draft of this name.")
    files: dict[str, str] = row["files"]
    return files


def summary(row: Row, live: int | None) -> VersionSummary:
    """A version without its files."""
    return VersionSummary.model_validate(_shown(row, live))


def checked_out(report: Report, examples: str) -> CheckOut:
    """What a check found."""
    shown = report.examples if examples == "all" else report.failures
    return CheckOut.model_validate(
        {
            "may_live": report.may_live,
            "problems": [problem.as_dict() for problem in report.problems],
            "examples": [example.as_dict() for example in shown],
            "tried": len(report.examples),
        }
    )


def refusal(refused: ChangeRefusedError) -> HTTPException:
    """The answer to a change that was not made."""
    status = {Refusal.OWN: 403, Refusal.UNKNOWN: 404}.get(refused.refusal, 409)
    return HTTPException(status, str(refused))


def may(key: Key, given: PublishIn) -> None:
    """Refuse an emergency by a key that is not for one."""
    if given.emergency and EMERGENCY not in key["scopes"]:
        raise HTTPException(403, f"This key does not have the scope {EMERGENCY}.")


def by_key(services: Services, key: Key, reason: str) -> By:
    """Who changes something by the API, and why."""
    return By(f"{users.A_KEY}{key['id']}", reason, services.clock())


async def _version(services: Services, number: int | None) -> VersionOut:
    def read(record: Connection) -> tuple[int | None, dict[str, Any] | None]:
        live = rulesets.live_version(record)
        row = rulesets.version(record, number or live or 0)
        return live, users.signed(record, [row], "author", "approved_by")[0] if row else None

    live, row = await reading(services, read)
    if row is None:
        raise HTTPException(404, "There is no version of this number.")
    return VersionOut.model_validate(_shown(row, live) | {"files": row["files"]})


def _shown(row: Row, live: int | None) -> dict[str, Any]:
    flags = {name: bool(row[name]) for name in ("needs_approval", "emergency")}
    times = {name: time(row[name]) for name in ("at", "approved_at")}
    return {**row, **flags, **times, "live": row["version"] == live}


def _wrong(report: Report) -> str:
    said = [str(each) for each in (*report.errors, *report.failures)]
    more = f" … and {len(said) - FEW} more" if len(said) > FEW else ""
    return f"These files cannot go live: {'; '.join(said[:FEW])}{more}"

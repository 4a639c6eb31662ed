"""The shapes of /api/v1/rulesets as its OpenAPI documents them."""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from router.publishing import FILE_NAME, LONGEST_NAME, LONGEST_NOTE, LONGEST_REASON, MOST_FILES
from router.store.rows import Row
from router.store.rulesets import LARGEST
from router.web.parameters import WRITTEN
from router.web.shapes import TIME

LONGEST_FILE = 5_000_000


def _file_name(name: str) -> str:
    if not FILE_NAME.fullmatch(name):
        raise ValueError("a file is named by letters, digits, hyphens and dots, and ends in .yaml or .yml")
    return name


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("a file has no NUL characters")
    return text


FileName = Annotated[str, Field(max_length=LONGEST_NAME, examples=["rules-owner.yaml"]), AfterValidator(_file_name)]
FileText = Annotated[str, Field(max_length=LONGEST_FILE), AfterValidator(_storable)]
Files = Annotated[
    dict[FileName, FileText], Field(max_length=MOST_FILES, description="Each file's text by its name, as in a folder.")
]
Reason = Annotated[str, Field(min_length=1, max_length=LONGEST_REASON, pattern=r"\S")]
VersionNumber = Annotated[int, Field(ge=1, le=LARGEST)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class VersionSummary(BaseModel):
    """One version: who made it live, when and why, and who approved it."""

    version: int
    live: bool
    digest: str = Field(description="SHA-256 over the files' names and bytes.")
    parent: int | None = Field(description="The version that was live before.")
    begun_from: int | None = Field(description="The version that the change was made on, where that is known.")
    restores: int | None = Field(description="The version that was rolled back to.")
    origin: str = Field(description="folder, console or api.")
    author: str
    reason: str
    at: str = Field(description=TIME)
    needs_approval: bool = Field(description="While it is live, the next one needs a second person's approval.")
    approved_by: str | None
    approved_at: str | None
    approval: str | None = Field(description="What was said to it.")
    emergency: bool = Field(description="It needed an approval, and was published without.")


class VersionOut(VersionSummary):
    """One version with its files."""

    files: dict[str, str]


class VersionPage(BaseModel):
    """Versions, newest first; ask again with `before` = `next_before` for those that follow."""

    versions: list[VersionSummary]
    next_before: int | None


class Change(BaseModel):
    """One thing that differs by meaning."""

    kind: str = Field(description="added, removed, changed or moved.")
    what: str
    name: str
    details: list[str]


class Region(BaseModel):
    """Contacts that are decided differently in one way."""

    kind: str
    what: str = Field(description="What changes: owner, priority, timescales and others.")
    before: str
    now: str
    rule_before: str
    rule_now: str
    where: list[str]
    doubtful: bool = Field(description="It rests on words or patterns: there may be no such contact.")
    contact: Row | None = Field(description="The facts of one such contact, as `try` takes them.")
    sentence: str


class DifferenceOut(BaseModel):
    """What differs between two rulesets by meaning, and which contacts are decided differently."""

    changes: list[Change]
    regions: list[Region]
    notes: list[str]


class ProblemOut(BaseModel):
    """A mistake or a warning, with its place."""

    file: str
    line: int
    column: int
    severity: str
    message: str
    hint: str


class ExampleOut(BaseModel):
    """How one example came out."""

    rule: str
    file: str
    line: int
    column: int
    passed: bool
    expected: str
    actual: str
    deciding: str


class CheckOut(BaseModel):
    """What a check found."""

    may_live: bool
    problems: list[ProblemOut]
    examples: list[ExampleOut] = Field(description="Those that come out differently; all with `examples=all`.")
    tried: int = Field(description="How many examples were tried.")


class FilesIn(_In):
    """Files to check."""

    files: Files


class DraftIn(_In):
    """A draft to begin: from a version, or of these files."""

    note: str = Field("", max_length=LONGEST_NOTE, pattern=WRITTEN)
    base: VersionNumber | None = Field(None, description="The version that it is begun from; the live one unless told.")
    files: Files | None = Field(None, description="Its files, where they are not those of that version.")


class SubmissionOut(BaseModel):
    """What a second person was asked to approve."""

    id: str
    digest: str
    live_version: int
    reason: str
    author: str
    at: str
    outcome: str | None = Field(description="approved, refused, withdrawn or published; null while it waits.")
    decided_by: str | None
    decided_at: str | None
    words: str | None
    holds: bool = Field(description="Whether it is of what the draft and the live version are now.")


class DraftSummary(BaseModel):
    """One draft, without its files."""

    id: str
    base_version: int
    note: str
    author: str
    created_at: str
    changed_by: str
    changed_at: str


class DraftOut(DraftSummary):
    """One draft; `etags` has what If-Match takes for each of its files."""

    digest: str
    files: dict[str, str]
    etags: dict[str, str]
    submission: SubmissionOut | None


class DraftList(BaseModel):
    """Every draft, the last changed first."""

    drafts: list[DraftSummary]


class FileOut(BaseModel):
    """One file of a draft as it is now."""

    name: str
    etag: str


class PublishIn(_In):
    """Make something live. It is refused where another version is live than `live` or `live_digest` says."""

    live: VersionNumber | None = Field(None, description="The version that it replaces, whose changes you have seen.")
    live_digest: str | None = Field(
        None,
        pattern="^[0-9a-f]{64}$",
        description="The same by the digest of its files, as `firstcontact rules pack` prints it of a folder.",
    )
    reason: Reason
    emergency: bool = Field(False, description="Do without the approval that the live rules ask for.")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.live is None and self.live_digest is None:
            raise ValueError("say which version it replaces: live or live_digest")
        return self


class PublishFilesIn(PublishIn):
    """Publish whole files at once, as a folder is."""

    files: Files
    begun_from: VersionNumber | None = Field(None, description="The version that the files were made from.")


class PublishedOut(BaseModel):
    """The version that is live now."""

    version: int
    published: bool = Field(description="False where exactly these files were live already.")


class SubmitIn(_In):
    """Ask a second person to approve a draft."""

    live: VersionNumber = Field(description="The live version that it was compared with.")
    reason: Reason


class WordIn(_In):
    """A word on a submission."""

    submission: str = Field(max_length=100, pattern=WRITTEN)
    words: Reason


class TryIn(_In):
    """A made-up contact."""

    facts: dict[str, Any] = Field(max_length=100, description="Facts by field, with `says` and `at`.")


class TriedOut(BaseModel):
    """What the rules do with it."""

    model_config = ConfigDict(extra="allow")

    team: str
    rule: str
    because: str
    priority: str
    explanation: list[str]

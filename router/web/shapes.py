"""The shapes of /api/v1 as its OpenAPI documents them."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

TIME = "A time in UTC, such as 2026-11-22T09:30:00Z."


class Problem(BaseModel):
    """What was wrong with a request, and what to do."""

    detail: str


class Person(BaseModel):
    """Somebody, by any of these; the first one given is what they are looked up by."""

    model_config = ConfigDict(extra="forbid")

    reference: str | None = Field(None, description="The landlord's reference of the customer.")
    phone: str | None = None
    email: str | None = None
    name: str | None = None


class ContactIn(BaseModel):
    """A contact to store."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    channel: str = Field(description="portal, reception, visit, or another channel of the landlord's.")
    text: str = Field("", description="What was said or written.")
    subject: str = ""
    sender: Person | None = Field(None, alias="from", description="Who is in touch.")
    about: Person | None = Field(None, description="Whom it is about, when that is another.")
    to: str | None = Field(None, description="Our number or mailbox, where that matters.")
    received_at: str | None = Field(None, description=TIME + " Now, unless told.")
    reference: str | None = Field(None, description="Your own id: the same one again is the same contact.")
    facts: dict[str, str | int | float | bool] = Field({}, description="journey, menu, language and others.")


def _in_one_piece(model: type[BaseModel]) -> dict[str, Any]:
    """A model's schema with every reference resolved, for where OpenAPI has nothing that it could refer to."""
    schema = model.model_json_schema()
    parts = schema.pop("$defs", {})

    def resolved(node: Any) -> Any:
        if isinstance(node, list):
            return [resolved(each) for each in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return resolved(parts[node["$ref"].rpartition("/")[2]])
        return {key: resolved(each) for key, each in node.items()}

    return dict(resolved(schema))


CONTACT_IN = _in_one_piece(ContactIn)


class Stored(BaseModel):
    """What is on disk now."""

    id: str
    part: str
    repeated: bool
    state: str


class Team(BaseModel):
    """A team by its key and name."""

    key: str
    name: str


class ContactSummary(BaseModel):
    """One contact: who, when, how, whose."""

    id: str
    channel: str
    conversation: str
    state: str = Field(description="in-progress, waiting, decided or set-aside.")
    owner: Team
    sender: dict[str, str]
    recipients: list[dict[str, str]]
    about: dict[str, str] | None
    customer: str | None
    journey: str | None
    received_at: str = Field(description=TIME)
    decided_at: str | None
    ended_at: str | None
    trouble: str | None


class ContactPage(BaseModel):
    """Contacts, newest first; ask again with `before` = `next_before` for those that follow."""

    contacts: list[ContactSummary]
    next_before: str | None


class Part(BaseModel):
    """One piece of a contact."""

    id: str
    part: str
    kind: str
    from_us: bool
    received_at: str
    claimed_at: str | None
    subject: str
    text: str
    whole: str | None = Field(
        default=None, description="The whole text with quoted history and signature, where that is more than `text`."
    )
    facts: dict[str, str]
    marks: list[str]
    attachments: list[dict[str, Any]]


class EnquiryLink(BaseModel):
    """The enquiry that a contact belongs to."""

    id: str
    reference: str
    state: str


class Decision(BaseModel):
    """The current decision on a contact."""

    id: str
    at: str
    enquiry: EnquiryLink | None = Field(description="Null of what a machine sent about no enquiry that we know.")
    how: str = Field(description="opened, joined, threaded or decided-again.")
    team: Team = Field(description="Who owns it.")
    routed_team: Team = Field(description="Whom the rules chose; the enquiry that it joined may have another owner.")
    also: list[Team]
    priority: str
    journey: str | None
    confidence: float | None
    rule: str
    because: str
    near: list[dict[str, str]] = Field(description="The nearest losers, with the condition that each failed on.")
    handling: list[str]
    asked: dict[str, Any] = Field(
        description="What rules asked for beside that, each only where one did: `queue` (first or last), `escalate` "
        "(`to` teams, `after` minutes), `wishes` (reply `by` channels, `offer_callback`, `skip_menu`)."
    )
    ask: list[str]
    instructions: list[str]
    marks: list[str]
    identity: str = Field(description="one, none or ambiguous.")
    due: dict[str, str]
    plan: dict[str, Any]
    ruleset_version: int
    trouble: str | None


class EarlierDecision(BaseModel):
    """A decision that another one has replaced."""

    id: str
    at: str
    team: str
    rule: str
    because: str
    journey: str | None
    ruleset_version: int


class Message(BaseModel):
    """A message of ours and what became of it."""

    id: str
    purpose: str
    audience: str
    state: str = Field(description="pending, sending, sent, failed, to-person or dropped.")
    created_at: str
    settled_at: str | None
    sent: dict[str, Any] | None
    trouble: str | None
    delivery: str | None = Field(
        description="How far a text came: queued, sending, sent, failed, undelivered, delivered or read."
    )
    delivery_at: str | None
    delivery_reason: str | None = Field(description="The provider's code, where it is lost.")
    explained: str | None = Field(description="What that code means, and what a colleague can do.")


class ContactOut(ContactSummary):
    """One contact in full."""

    parts: list[Part]
    decision: Decision | None
    earlier_decisions: list[EarlierDecision]
    explanation: dict[str, Any] | None = Field(description="The decision in plain words, computed again and proven.")
    messages: list[Message]


class Event(BaseModel):
    """One event of an enquiry's history."""

    id: str
    at: str
    kind: str
    team: str | None
    actor: str
    contact: str | None
    data: dict[str, Any]


class EnquirySummary(BaseModel):
    """One enquiry: whose it is, what it is about, and how it stands."""

    id: str
    reference: str
    state: str = Field(description="open or resolved.")
    owner: Team
    also: list[Team]
    colleague: str | None = Field(description="The user who has taken it.")
    journey: str | None
    priority: str
    due: dict[str, str]
    customer: str | None
    waiting_until: str | None
    callback_by: str | None = Field(description="The end of the first call that is still promised.")
    opened_at: str
    resolved_at: str | None


class EnquiryPage(BaseModel):
    """Enquiries, newest first; ask again with `before` = `next_before` for those that follow."""

    enquiries: list[EnquirySummary]
    next_before: str | None


class Question(BaseModel):
    """What another team was asked."""

    id: str
    team: Team
    text: str
    answered: bool


class Callback(BaseModel):
    """A promised call."""

    id: str
    starts: str
    ends: str
    tries: int
    outcome: str
    settled_at: str | None
    number: str = Field(description="Where they are rung, if that is another number than they got in touch from.")


class EnquiryOut(EnquirySummary):
    """One enquiry in full."""

    acknowledged: bool = Field(description="Whether a person has seen an emergency.")
    seen: str = Field(description="The latest contact's event: send it back as `seen`, to reply to what you have read.")
    waiting: dict[str, str] | None
    callbacks: list[Callback]
    questions: list[Question]
    resolution: dict[str, Any] | None
    links: list[str]
    contacts: list[ContactSummary]
    history: list[Event]
    messages: list[Message]

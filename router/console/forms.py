"""The form of each action on an enquiry: what is asked for, and the order that it makes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from router.console import choices
from router.console.choices import OptionsOf
from router.console.exchange import Ask, Problem
from router.console.typed import Typed
from router.console.uploads import MOST_BYTES, MOST_FILES
from router.enquiry import orders
from router.enquiry.orders import Order
from router.enquiry.state import State


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: how it is asked for, and what may be chosen where it is a choice."""

    name: str
    label: str
    kind: str = "textarea"
    """textarea, input, select, radios, date, time or files."""
    hint: str = ""
    options: OptionsOf = choices.none


@dataclass(frozen=True, slots=True)
class Form:
    """The form of one action: its title, what its button says, its fields, and the order that they make."""

    title: str
    button: str
    fields: tuple[Field, ...]
    make: Callable[[Typed], Order]


FILES: Final = (
    f"At most {MOST_FILES}, {MOST_BYTES // 2**20} MB together: documents, pictures, tables. They go out by email only."
)
_NOTE: Final = Field("note", "Note for colleagues (optional)")
_YES_NO: Final = choices.fixed(("yes", "Yes, at first contact"), ("no", "No"))
FORMS: Final[Mapping[str, Form]] = {
    "take": Form("Take this enquiry", "Take it", (), lambda typed: orders.Take()),
    "acknowledge": Form("Acknowledge", "I have seen this emergency", (), lambda typed: orders.Acknowledge()),
    "resume": Form("Go on with this enquiry", "Go on", (), lambda typed: orders.Resume()),
    "hand-back": Form(
        "Hand this enquiry back to its team",
        "Hand back",
        (_NOTE,),
        lambda typed: orders.HandBack(typed.text("note")),
    ),
    "reply": Form(
        "Reply to the customer",
        "Send",
        (
            Field("text", "Your reply", hint="Plain words, no jargon. Team and reference are added below it."),
            Field("files", "Files (optional)", "files", hint=FILES),
        ),
        lambda typed: orders.Reply(typed.text("text", "Enter your reply"), typed.text("seen"), typed.attached("files")),
    ),
    "undo": Form(
        "Take back your reply",
        "Undo",
        (Field("reply", "Which reply", "input"),),
        lambda typed: orders.Undo(typed.text("reply", "Say which reply")),
    ),
    "note": Form(
        "Write a note",
        "Save the note",
        (Field("text", "Note for colleagues", hint="The customer does not see it."),),
        lambda typed: orders.Note(typed.text("text", "Enter a note")),
    ),
    "transfer": Form(
        "Give this enquiry to another team",
        "Transfer",
        (
            Field("to", "Team", "select", options=choices.teams),
            Field("reason", "Why", "radios", options=choices.transfer_reasons),
            _NOTE,
        ),
        lambda typed: orders.Transfer(
            typed.text("to", "Choose a team"), typed.text("reason", "Choose why"), typed.text("note")
        ),
    ),
    "ask": Form(
        "Ask another team",
        "Ask",
        (
            Field("to", "Team", "select", options=choices.teams),
            Field("text", "What do you need from them?", hint="Your team stays the owner."),
        ),
        lambda typed: orders.Ask(typed.text("to", "Choose a team"), typed.text("text", "Enter what you need")),
    ),
    "answer": Form(
        "Answer what your team was asked",
        "Answer",
        (Field("question", "Question", "radios", options=choices.questions), Field("text", "Your answer")),
        lambda typed: orders.Answer(
            typed.text("question", "Choose the question"), typed.text("text", "Enter your answer")
        ),
    ),
    "wait": Form(
        "Wait with this enquiry",
        "Wait",
        (
            Field(
                "on",
                "What do you wait for?",
                "radios",
                options=choices.fixed(
                    ("customer", "The customer"),
                    ("third-party", "Somebody else, such as a supplier"),
                    ("date", "A day"),
                ),
            ),
            Field("day", "Until which day", "date"),
            Field("clock", "At what time", "time"),
            Field("why", "Why", hint="It comes back to the queue then, or as soon as the customer gets in touch."),
        ),
        lambda typed: orders.Wait(
            typed.moment("day", "clock"),
            typed.text("on", "Choose what you wait for"),  # type: ignore[arg-type] # any other is refused before
            typed.text("why", "Enter why"),
        ),
    ),
    "promise-callback": Form(
        "Promise a call back",
        "Promise",
        (
            Field("day", "Day", "date"),
            Field("starts", "From", "time"),
            Field("ends", "Until", "time"),
        ),
        lambda typed: orders.PromiseCallback(typed.moment("day", "starts"), typed.moment("day", "ends")),
    ),
    "try-callback": Form(
        "Say how the promised call went",
        "Save",
        (
            Field("callback", "Which call", "radios", options=choices.calls),
            Field(
                "outcome",
                "How did it go?",
                "radios",
                options=choices.fixed(
                    ("reached", "I reached them"),
                    ("no-answer", "Nobody answered"),
                    ("busy", "The line was busy"),
                    ("machine", "A machine answered"),
                    ("wrong-number", "The number is wrong"),
                    ("no-longer-wanted", "They no longer want a call"),
                    ("not-reached", "We give it up: they cannot be reached by telephone"),
                ),
            ),
            _NOTE,
        ),
        lambda typed: orders.TryCallback(
            typed.text("callback", "Choose the call"),
            typed.text("outcome", "Choose how it went"),  # type: ignore[arg-type] # any other is refused before
            typed.text("note"),
        ),
    ),
    "resolve": Form(
        "Resolve this enquiry",
        "Resolve",
        (
            Field("how", "How did it end?", "radios", options=choices.resolutions),
            Field(
                "at_first_contact",
                "Was it resolved at first contact?",
                "radios",
                hint="The customer got what they needed the first time that they were in touch, from whoever answered.",
                options=_YES_NO,
            ),
            _NOTE,
        ),
        lambda typed: orders.Resolve(
            typed.text("how", "Choose how it ended"),
            typed.text("at_first_contact", "Choose yes or no") == "yes",
            typed.text("note"),
            typed.text("seen"),
        ),
    ),
    "reopen": Form(
        "Open this enquiry again",
        "Reopen",
        (Field("why", "Why"),),
        lambda typed: orders.Reopen(typed.text("why", "Enter why")),
    ),
    "link": Form(
        "Link to another enquiry",
        "Link",
        (
            Field("to", "Its reference", "input", hint="Such as 7K3M-9Q2X-4"),
            Field(
                "how",
                "What is it?",
                "radios",
                options=choices.fixed(("related", "It has to do with this"), ("duplicate", "It is the same matter")),
            ),
        ),
        lambda typed: orders.Link(
            typed.text("to", "Enter a reference"),
            typed.text("how", "Choose what it is"),  # type: ignore[arg-type] # any other is refused before
        ),
    ),
    "split": Form(
        "Make an enquiry of its own for something else",
        "Split",
        (
            Field("journey", "What is the other matter about?", "select", options=choices.journeys),
            Field("why", "What does it say?"),
        ),
        lambda typed: orders.Split(
            typed.text("journey", "Choose what it is about"), typed.text("why", "Enter what it says")
        ),
    ),
}  # fmt: skip


def values(form: Form, ask: Ask, state: State) -> list[dict[str, Any]]:
    """The fields of a form as the template shows them, with what was typed so far."""
    return [
        {
            "name": field.name,
            "label": field.label,
            "kind": field.kind,
            "hint": field.hint,
            "options": field.options(ask.ruleset, state),
            "value": ask.given(field.name),
        }
        for field in form.fields
    ]


def unknown_choices(form: Form, ask: Ask, state: State) -> list[Problem]:
    """Choices that the form does not offer, which no browser of ours sends."""
    offered = ((field, dict(field.options(ask.ruleset, state))) for field in form.fields)
    return [
        Problem(field.name, "Choose one of the options")
        for field, options in offered
        if options and (chosen := ask.given(field.name)) and chosen not in options
    ]

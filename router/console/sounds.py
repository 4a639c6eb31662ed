"""Recordings on a contact's page: where each is played, what was said on it, and what a colleague writes down."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from channels.bounds import bounded
from channels.inbound import Address, Kind, PointKind, Progress
from router.console.exchange import Answer, Ask, File, NotFoundError, Page, Problem, Redirect
from router.intake import arrival
from router.store import blobs, contacts, transcripts
from router.store.rows import Row

SOUND: Final = "audio/"
TRANSCRIPT: Final = "transcript"
LONGEST: Final = 20_000
NONE: Final = "There is no such recording, or it is kept no longer."
NOTHING_TYPED: Final = "Write down what is said on the recording"
TOO_LONG: Final = f"Write at most {LONGEST:,} characters"


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording: its address on this server, how long it is, and what was said, where that is known."""

    address: str
    recording: str
    length: str
    words: str
    typed: bool


def sounds_of(part: Row, contact: Row) -> tuple[Sound, ...]:
    """The recordings of a part, each with the latest of what was written down of it."""
    recording = part["facts"].get("recording", "")
    written = [each for each in _transcripts(contact["parts"]) if each["facts"].get("recording") == recording]
    latest = written[-1] if written and recording else None
    return tuple(
        Sound(
            address=f"/contacts/{contact['id']}/sounds/{file['digest']}",
            recording=recording,
            length=length(part["facts"].get("recording_seconds", "")),
            words=latest["text"] if latest else "",
            typed=bool(latest and "typed_by" in latest["facts"]),
        )
        for file in part["attachments"]
        if file["media_type"].startswith(SOUND)
    )


def _transcripts(parts: Iterable[Row]) -> list[Row]:
    return [part for part in parts if part["part"] == TRANSCRIPT and part["text"]]


def length(seconds: str) -> str:
    """So many seconds in words; nothing where it is not known."""
    if not (seconds.isascii() and seconds.isdigit()):
        return ""
    minutes, rest = divmod(int(seconds[:6]), 60)
    counted = ((minutes, "minute"), (rest, "second"))
    return " ".join(f"{count} {name}{'' if count == 1 else 's'}" for count, name in counted if count)


def recordings_of(parts: Sequence[Row]) -> list[tuple[str, str]]:
    """The recordings of a contact that can be written down: the provider's id of each, and how it is called."""
    found = {part["facts"]["recording"]: part for part in parts if part["facts"].get("recording")}
    lengths = {key: length(part["facts"].get("recording_seconds", "")) for key, part in found.items()}
    return [(key, f"The recording of {long}" if long else "The recording") for key, long in lengths.items()]


def play(ask: Ask) -> Answer:
    """A recording of a contact, by the digest of its content."""
    id_, digest = ask.values["id"], ask.values["digest"]
    parts = ask.read(lambda record: contacts.all_parts(record, id_))
    files = [file for part in parts for file in part["attachments"] if file["media_type"].startswith(SOUND)]
    named = next((file for file in files if file["digest"] == digest), None)
    if named is None:
        raise NotFoundError(NONE)
    try:
        [file] = ask.read(lambda record: blobs.attachments(record, [named]))
    except blobs.LostFileError:
        raise NotFoundError(NONE) from None
    return File(file.content, file.media_type, file.name, "download" in ask.query)


def write_down(ask: Ask) -> Answer:
    """Keep what a colleague has written down of a recording, and have the contact decided again."""
    id_, recording, text = ask.values["id"], ask.given("recording"), ask.given("text")
    found = ask.read(lambda record: contacts.load(record, [id_]))
    if not found or recording not in {key for key, _ in recordings_of(found[0]["parts"])}:
        raise NotFoundError(NONE)
    problem = NOTHING_TYPED if not text else TOO_LONG if len(text) > LONGEST else ""
    if problem:
        values = {"contact": found[0], "recordings": recordings_of(found[0]["parts"]), "typed": ask.typed("text")}
        return Page("transcript.html", values | {"recording": recording}, (Problem("text", problem),), 400)
    ask.services.writer.submit(transcripts.add, _typed(ask, found[0], recording, text)).result()
    ask.services.wake()
    return Redirect(f"/contacts/{id_}", "It is written down, and counts as what was said.")


def _typed(ask: Ask, contact: Row, recording: str, text: str) -> transcripts.Typed:
    mark = hashlib.blake2s(text.encode(), digest_size=16).hexdigest()
    inbound = bounded(
        channel=contact["channel"],
        provider=contact["provider"],
        account=contact["account"],
        conversation=contact["conversation"],
        event=f"{contact['id']}:typed:{recording[:60]}:{mark}",
        part=TRANSCRIPT,
        kind=Kind.CALL_EVENT,
        progress=Progress.ENOUGH,
        sender=Address(PointKind.UNKNOWN, ""),
        received_at=ask.now,
        text=text,
        facts={"recording": recording, "typed_by": ask.person.id},
    )
    row = arrival(inbound, ask.services.live.current(), ask.now, None)
    return transcripts.Typed(row, recording, ask.person.actor, ask.now)

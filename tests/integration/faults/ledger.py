"""What customers were promised: every contact that they sent, what it consists of, and what they were answered."""

import threading
from collections import Counter
from dataclasses import dataclass, field, replace

Said = tuple[str, str]
"""One part as its sender knows it: the part's name, and the text if it has one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A contact that a customer makes: by which channel, under which id of the provider, about what, in which words.

    A channel's id may only be known later, as a chat's is: then `key` is just a number.
    """

    channel: str
    key: str
    sender: str
    journey: str
    texts: tuple[str, ...]
    menu: str = ""


@dataclass(slots=True)
class Promise:
    """What was answered about one contact: 2xx for each of the `parts`, under the one id that was given."""

    channel: str
    conversation: str
    journey: str
    parts: Counter[Said] = field(default_factory=Counter)
    ids: set[str] = field(default_factory=set)

    def __str__(self) -> str:
        return f"{self.channel} {self.conversation} (contact {', '.join(sorted(self.ids)) or 'of unknown id'})"


class Ledger:
    """The promises by channel and conversation, written by many clients; `odd` is what nobody should ever answer.

    `trying` is who has to come again by now, and why.
    """

    def __init__(self) -> None:
        self.promises: dict[tuple[str, str], Promise] = {}
        self.odd: list[str] = []
        self.without_record: list[str] = []
        self.trying: dict[str, str] = {}
        self.done = 0
        self._lock = threading.Lock()

    def stored(self, wanted: Wanted, said: Said, contact: str = "", conversation: str = "") -> None:
        """A part was answered 2xx; a repeat of it promises nothing more."""
        key = (wanted.channel, conversation or wanted.key)
        with self._lock:
            self.trying.pop(f"{wanted.channel} {wanted.key}", None)
            promise = self.promises.setdefault(key, Promise(*key, wanted.journey))
            promise.parts[said] = 1
            if contact:
                promise.ids.add(contact)

    def as_of_now(self) -> "Ledger":
        """What has been promised so far, apart from whatever is promised from now on."""
        with self._lock:
            then = Ledger()
            then.promises = {
                key: replace(promise, parts=promise.parts.copy(), ids=set(promise.ids))
                for key, promise in self.promises.items()
            }
            return then

    def put_through(self, wanted: Wanted) -> None:
        """A call got a person because the record was away: the one thing that is answered 2xx and not stored."""
        with self._lock:
            self.without_record.append(wanted.key)

    def again(self, wanted: Wanted, why: object) -> None:
        """Somebody has to come again, because of this."""
        with self._lock:
            self.trying[f"{wanted.channel} {wanted.key}"] = str(why)

    def finish(self) -> None:
        """A contact is done with."""
        with self._lock:
            self.done += 1

    def note(self, wanted: Wanted, problem: str) -> None:
        """Something was answered that is neither 2xx nor a request to come again."""
        with self._lock:
            self.odd.append(f"{wanted.channel} {wanted.key}: {problem}")

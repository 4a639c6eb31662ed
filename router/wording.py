"""What stands in the braces of our messages: names, references and times, put into words at the last moment."""

from datetime import datetime
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton, format_time, get_day_names

from channels.numbers import spoken
from router.directory import Identity
from router.live import LiveRuleset
from router.store.rows import Row
from rules.landlord import Journey, Team
from rules.render import language_of
from rules.words_of_ours import NO_JOURNEY, NO_TIME

ENGLISH: Final = "en"


def values_of(
    row: Row,
    enquiry: Row,
    identity: Identity,
    live: LiveRuleset,
    now: datetime,
    language: str = ENGLISH,
) -> dict[str, str]:
    """The values for every placeholder that a message may have, as things stand now; no time that is over.

    In English where the landlord has no words for `language`, a BCP 47 code.
    """
    due = row["values"].get("due")
    ruleset = live.ruleset
    team = ruleset.teams.get(enquiry["team"])
    journey = ruleset.journeys.get(enquiry["journey"] or "")
    customer = identity.customer
    return {
        "reference": enquiry["reference"],
        "team": named(team, language) if team else enquiry["team"],
        "journey": named(journey, language) if journey else words(NO_JOURNEY, language, live),
        "due": when(due if due and datetime.fromisoformat(due) > now else None, live, language),
        "landlord": ruleset.landlord.name,
        "name": customer["name"] if customer else "",
        "text": row["values"].get("text", ""),
        "urgent_line": spoken(ruleset.calls.numbers[0]) if ruleset.calls and ruleset.calls.numbers else "",
    }


def named(thing: Team | Journey, language: str) -> str:
    """What a team or journey is called in a language."""
    codes = (language, language.partition("-")[0])
    return next((thing.names[code] for code in codes if code in thing.names), thing.name)


def words(key: str, language: str, live: LiveRuleset) -> str:
    """Words of ours in a language."""
    message = live.ruleset.messages[key]
    return message.texts[language_of(message, language)]


def when(written: str | None, live: LiveRuleset, language: str = ENGLISH) -> str:
    """A stored moment as people say it, on the landlord's own clock: 9:30 on Tuesday 24 November."""
    if not written:
        return words(NO_TIME, language, live)
    local = live.calendar.local(datetime.fromisoformat(written))
    locale = _locale(language)
    if locale is None or locale.language == ENGLISH:
        return f"{local:%H:%M} on {local:%A} {local.day} {local:%B}"
    # The day's name in brackets, because in many languages it would have to be inflected by what stands before it.
    day = get_day_names("wide", "stand-alone", locale)[local.weekday()]
    return f"{format_skeleton('MMMMd', local, locale=locale)} ({day}), {format_time(local, 'short', locale=locale)}"


def _locale(language: str) -> Locale | None:
    """What is known of a language's dates; None where that is nothing."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return None

"""Gather: prompts, and keys or words that are waited for."""

from collections.abc import Mapping

from router.demo.provider.calls import Over, Source
from router.demo.provider.documents import Verb
from router.demo.provider.flow import HANDLERS, Run, verb
from router.demo.provider.people import HEARING, MENU, Reaction
from router.demo.provider.speaking import CHARACTERS_A_SECOND

TIMEOUT = 5.0
CONFIDENCE = "0.92"


@verb("Gather")
async def gather(run: Run, asked: Verb) -> Source | None:
    """Ask, and wait; gives where to go on with the answer, None for silence that is not to be reported."""
    heard = " ".join(each.text for each in asked.inside if each.name == "Say")
    reaction = run.leg.person.reacts(heard)
    place = Run(run.exchange, run.leg, MENU if run.place == HEARING else run.place, run.allowed, run.asks)
    try:
        answer = await _answered(place, asked, reaction)
    except Over as over:
        if over.by == "person" and run.exchange.chance.random() < run.exchange.manners.reports_hang_up_in_menu:
            _report_hang_up(run, asked)
        raise
    if answer is None:
        if not asked.yes("actionOnEmptyResult"):
            return None
        answer = {"Digits": "", "FinishedOnKey": ""}
    return run.action(asked, {"msg": "Gather End", **answer}) or Source(
        run.leg.base, asked.get("method", "POST"), {"msg": "Gather End", **answer}
    )


async def _answered(run: Run, asked: Verb, reaction: Reaction | None) -> Mapping[str, str] | None:
    inputs, limit = asked.get("input", "dtmf").split(), asked.seconds("timeout", TIMEOUT)
    early = reaction is not None and reaction.interrupts and asked.yes("bargeIn", default=True)
    if reaction is not None and early:
        first = next((each.text for each in asked.inside if each.name == "Say"), "")
        run.leg.person.note("heard", first)
        await run.leg.spend(reaction.after, run.place)
    else:
        for each in asked.inside:
            await HANDLERS[each.name](run, each)
    if reaction is None or (reaction.after > limit and not early):
        await run.leg.spend(limit, run.place)
        return None
    if not early:
        await run.leg.spend(reaction.after, run.place)
    if reaction.keys and "dtmf" in inputs:
        return await _pressed(run, asked, reaction.keys, limit)
    if reaction.speech and "speech" in inputs:
        return await _spoken(run, asked, reaction.speech)
    await run.leg.spend(limit, run.place)
    return None


async def _pressed(run: Run, asked: Verb, keys: str, limit: float) -> Mapping[str, str] | None:
    """The keys up to as many as are wanted, or to the one that finishes; fewer are reported after the time for more."""
    run.leg.person.note("pressed", keys)
    finish, wanted = asked.get("finishOnKey", "#"), int(asked.seconds("numDigits", 0))
    digits, finished = "", ""
    for key in keys:
        if finish and key in finish:
            finished = key
            break
        digits += key
        if len(digits) == wanted:
            break
    if not finished and len(digits) != wanted:
        await run.leg.spend(limit, run.place)
    return {"Digits": digits, "FinishedOnKey": finished} if digits else None


async def _spoken(run: Run, asked: Verb, words: str) -> Mapping[str, str]:
    run.leg.person.note("said", words)
    if partial := asked.get("partialResultCallback"):
        more = {"UnstableSpeechResult": words[: len(words) // 2], "Stability": "0.5", "SequenceNumber": "0"}
        method = asked.get("partialResultCallbackMethod", "POST")
        run.exchange.report(run.leg, run.resolved(partial), {**run.leg.fields(), **more}, method)
    await run.leg.spend(len(words) / CHARACTERS_A_SECOND, run.place)
    return {"SpeechResult": words, "Confidence": CONFIDENCE}


def _report_hang_up(run: Run, asked: Verb) -> None:
    """Some menus are told that the caller is gone, as of no key pressed."""
    told = {**run.leg.fields(), "CallStatus": "completed", "Digits": ""}
    run.exchange.report(run.leg, run.resolved(asked.get("action")), told, asked.get("method", "POST"))

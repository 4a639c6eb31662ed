"""What is heard on a call, and the verbs that end it or go elsewhere: Say, Play, Pause, Redirect, Hangup, Reject."""

import contextlib

from router.demo.provider.calls import Over, Source
from router.demo.provider.documents import Verb
from router.demo.provider.flow import Run, same_host, verb
from router.demo.provider.webhooks import NotAnsweredError

CHARACTERS_A_SECOND = 15.0
PLAY_SECONDS = 20.0
ENDLESS = 1_000


@verb("Say")
async def say(run: Run, said: Verb) -> None:
    """The words, as long as they take."""
    for _ in range(_times(said)):
        run.leg.person.note("heard", said.text)
        await run.leg.spend(len(said.text) / CHARACTERS_A_SECOND, run.place)


@verb("Play")
async def play(run: Run, played: Verb) -> None:
    """A recording, fetched first if it is on our own server; or keys as tones."""
    if played.get("digits"):
        run.leg.person.note("heard tones", played.get("digits"))
        return
    address = run.resolved(played.text)
    if same_host(address, run.leg.base):
        with contextlib.suppress(NotAnsweredError):
            await run.exchange.ask(address, {}, "GET")
    for _ in range(_times(played)):
        run.leg.person.note("heard music", address)
        await run.leg.spend(PLAY_SECONDS, run.place)


@verb("Pause")
async def pause(run: Run, paused: Verb) -> None:
    """Nothing for a while."""
    await run.leg.spend(paused.seconds("length", 1), run.place)


@verb("Redirect")
async def redirect(run: Run, redirected: Verb) -> Source:
    """The document at another address comes next."""
    return Source(run.resolved(redirected.text), redirected.get("method", "POST"))


@verb("Hangup")
async def hang_up(run: Run, _: Verb) -> None:
    """The call ends."""
    del run
    raise Over("document")


@verb("Reject")
async def reject(run: Run, _: Verb) -> None:
    """A call that has been answered cannot be rejected any more: it ends."""
    run.exchange.violated(run.leg, "a Reject has to be the first verb of a call")
    raise Over("document")


def _times(said: Verb) -> int:
    return int(said.seconds("loop", 1)) or ENDLESS

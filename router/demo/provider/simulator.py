"""The way in: everything of the provider that whoever plays calls needs, with every verb and resource in its place."""

from router.demo.provider import conferencing, dialling, gathering, queueing, recording, speaking
from router.demo.provider.calls import Leg, Source, Watch
from router.demo.provider.clock import Time, VirtualLoop, play, still
from router.demo.provider.exchange import ACCOUNT, TOKEN, Exchange, Message, Number
from router.demo.provider.flow import ring
from router.demo.provider.manners import ORDERLY, Manners, unruly
from router.demo.provider.people import Person, Reaction, at_random, in_turn, on_hearing, silent
from router.demo.provider.serving import app, client, served
from router.demo.provider.texting import text

VERBS = (conferencing, dialling, gathering, queueing, recording, speaking)
"""The modules that follow verbs; each says itself which."""

__all__ = [
    "ACCOUNT",
    "ORDERLY",
    "TOKEN",
    "Exchange",
    "Leg",
    "Manners",
    "Message",
    "Number",
    "Person",
    "Reaction",
    "Source",
    "Time",
    "VirtualLoop",
    "Watch",
    "app",
    "at_random",
    "client",
    "in_turn",
    "on_hearing",
    "play",
    "ring",
    "served",
    "silent",
    "still",
    "text",
    "unruly",
]

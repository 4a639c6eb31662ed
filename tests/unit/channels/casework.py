"""The shared runner of cases: a raw request beside what it must become, for every kind of adapter."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from channels import chat, registry, replies
from channels.adapter import Malformed, Push, Refused, Request, receive
from channels.inbound import Inbound
from channels.json_view import as_dict
from channels.receipts import Receipt

CASES = Path(__file__).parents[2] / "cases"
KINDS = ("sms", "receipts", "voice", "duty", "outgoing", "calls", "email", "chat", "direct")
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
TOKEN = "a-token-of-the-test-landlord"
SECRETS = {"TWILIO_AUTH_TOKEN": TOKEN, "FIRSTCONTACT_CALLS_SECRET": "a-calls-secret-of-the-test-landlord"}
STEPS = {
    "say": replies.Say,
    "connect": replies.Connect,
    "redirect": replies.Redirect,
    "hangup": replies.Hangup,
    "record": replies.Record,
}


def all_cases() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every case by its name, `kind/name`."""
    for kind in KINDS:
        for path in sorted((CASES / kind).glob("*.json")):
            yield f"{kind}/{path.stem}", json.loads(path.read_text("utf-8"))


def adapters() -> dict[str, Any]:
    """Return every registered adapter by its name."""
    everything = (*registry.PUSH, *registry.PULL, *registry.SESSION, *registry.DIRECT)
    return {adapter.name: adapter for adapter in everything}


def outcome(name: str, case: Mapping[str, Any]) -> dict[str, Any]:
    """Run a case and return what came of it, in the words of its expectation."""
    try:
        received = _received(name, case)
    except Refused as refused:
        return {"refused": refused.reason}
    except Malformed as malformed:
        return {"malformed": malformed.field}
    if received is None:
        return {"nothing": True}
    if isinstance(received, Receipt):
        return {"receipt": asdict(received)}
    if isinstance(received, replies.Outgoing):
        return {"outgoing": asdict(received)}
    return {"pressed": asdict(received)} if isinstance(received, replies.Pressed) else {"inbound": as_dict(received)}


def _received(name: str, case: Mapping[str, Any]) -> Inbound | Receipt | replies.Pressed | replies.Outgoing | None:
    adapter = adapters()[case["adapter"]]
    if isinstance(adapter, Push):
        return receive(adapter, request_of(case), SECRETS)
    match adapter.name:
        case "web-chat":
            return adapter.parse(chat.read_frame(case["frame"]), case["session"], NOW)
        case "api":
            return adapter.parse(case["body"].encode(), case["account"], NOW)
        case _:
            return adapter.parse((CASES / f"{name}.eml").read_bytes(), NOW)


def request_of(case: Mapping[str, Any]) -> Request:
    """Build the request that a case describes."""
    given = case.get("request", {"method": "POST", "url": "https://hub.example/", "headers": {}, "body": ""})
    section, region = case.get("section", {}), case.get("region", "GB")
    return Request(given["method"], (given["url"],), given["headers"], given["body"].encode(), NOW, section, region)


def reply_of(case: Mapping[str, Any]) -> replies.Reply:
    """Build the reply that a case describes: call steps, or whose a call is."""
    if whose := case.get("whose"):
        return replies.Whose(**(whose | {"instructions": tuple(whose.get("instructions", ()))}))
    return replies.CallSteps(tuple(_step(*item) for step in case["reply"] for item in step.items()))


def _step(name: str, fields: dict[str, Any]) -> replies.Step:
    if name not in ("menu", "keyed"):
        return STEPS[name](**fields)
    prompts = tuple(replies.Say(**prompt) for prompt in fields["prompts"])
    if name == "keyed":
        return replies.Keyed(**(fields | {"prompts": prompts}))
    return replies.Menu(**(fields | {"prompts": prompts, "keys": tuple(fields["keys"])}))


def differences(actual: Any, expected: Any, where: str = "") -> list[str]:
    """List where something differs from what was expected of it; what was not expected may be anything."""
    if isinstance(expected, dict) and isinstance(actual, dict) and where != ".inbound.facts":
        return [each for key in expected for each in differences(actual.get(key), expected[key], f"{where}.{key}")]
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        pairs = enumerate(zip(actual, expected, strict=True))
        return [each for index, (got, want) in pairs for each in differences(got, want, f"{where}[{index}]")]
    return [] if actual == expected else [f"{where}: {actual!r} is not {expected!r}"]

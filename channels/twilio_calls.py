"""Calls controlled through Twilio's REST API: one is made, moved, recorded or ended."""

from collections.abc import Mapping

import httpx

from channels.senders import Permanent, Result
from channels.twilio_sender import TwilioConfig, posted_to, resource

GONE = Permanent("call-is-over")
"""A call that is not on the line any more can be moved nowhere."""

_ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
_OVER = frozenset({"twilio-20404", "twilio-21220"})


def make(config: TwilioConfig, form: Mapping[str, str], token: str, client: httpx.Client | None = None) -> Result:
    """Make a call; `form` has the provider's own fields (To, From, Url, StatusCallback ...).

    `token` is ours and the same at every attempt, so that the provider can tell a repeat.
    """
    return posted_to(config, "Calls", form, token, client)


def move(config: TwilioConfig, call: str, url: str, client: httpx.Client | None = None) -> Result:
    """Have a call that is on the line go on with what is answered at this URL; `GONE` where it is over."""
    return _changed(posted_to(config, f"Calls/{call}", {"Url": url, "Method": "POST"}, "", client))


def end(config: TwilioConfig, call: str, client: httpx.Client | None = None) -> Result:
    """End a call; `GONE` where it is over already."""
    return _changed(posted_to(config, f"Calls/{call}", {"Status": "completed"}, "", client))


def record(config: TwilioConfig, call: str, status: str, client: httpx.Client | None = None) -> Result:
    """Pause the recording of a call (`paused`, silence in its place) or go on with it (`in-progress`)."""
    form = {"Status": status, "PauseBehavior": "silence"} if status == "paused" else {"Status": status}
    return _changed(posted_to(config, f"Calls/{call}/Recordings/Twilio.CURRENT", form, "", client))


def over(config: TwilioConfig, call: str, client: httpx.Client | None = None) -> bool | None:
    """Whether a call is over, as the provider has it; None where that cannot be learnt now."""
    answer = resource(config, f"Calls/{call}", client)
    status = str(answer.get("status", "")) if answer is not None else ""
    return status in _ENDED if status else None


def _changed(result: Result) -> Result:
    return GONE if isinstance(result, Permanent) and result.reason in _OVER else result

"""The recording of a talk paused by a colleague, as for payment details, and gone on with."""

from typing import Final

from channels import twilio_calls
from channels.senders import Sent
from router import logs
from router.clients import http_client
from router.enquiry.actions import RefusedError
from router.senders import twilio_config
from router.services import Services
from router.store.live_calls import RECORDING_PAUSED, RECORDING_RESUMED
from router.telephony import recording
from router.telephony.handing import HandOn
from router.telephony.holding import control_of

STILL_RECORDED: Final = (
    "The recording could not be paused: the call is still recorded. Take no payment details, and try again."
)
STILL_PAUSED: Final = "The recording could not be gone on with: it is still paused. Try again."
NOT_RECORDED: Final = "This call is not being recorded."


def pause(services: Services, wish: HandOn) -> None:
    """Pause the recording, which is silent for as long; raises RefusedError where it goes on."""
    _stand(services, wish, recording.PAUSED)


def go_on(services: Services, wish: HandOn) -> None:
    """Go on with the recording; raises RefusedError where it is still paused."""
    _stand(services, wish, recording.ON)


def _stand(services: Services, wish: HandOn, state: str) -> None:
    """The provider first: what the page says of a recording must be so."""
    control = control_of(services, wish)
    before = recording.state_of(control.row)
    if before is None:
        raise RefusedError(NOT_RECORDED)
    if before == state:
        return
    pauses = state == recording.PAUSED
    status = "paused" if pauses else "in-progress"
    result = twilio_calls.record(twilio_config(services.settings), control.row["call"], status, http_client())
    if not isinstance(result, Sent):
        logs.log("call.recording-not-changed", contact=wish.contact_id, outcome=result.reason)
        raise RefusedError(STILL_RECORDED if pauses else STILL_PAUSED)
    happened = control.happened(RECORDING_PAUSED if pauses else RECORDING_RESUMED)
    control.change(recording.stands(state), happened)

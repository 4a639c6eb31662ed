"""What another system writes down in bytes that are not all UTF-8: it costs no more than what cannot be read."""

import pytest

from channels.direct import parse
from tests.unit.channels.casework import NOW


@pytest.mark.parametrize(
    "body,text",
    [
        (b'{"channel": "visit", "text": "caf\xe9 leak"}', "caf\ufffd leak"),
        (b'{"channel": "visit", "text": "\xff\xfe"}', "\ufffd\ufffd"),
        (b'{"channel": "visit", "text": "\xf0\x9f\x94"}', "\ufffd"),
    ],
)
def test_a_byte_that_is_not_utf8_is_lost_and_nothing_else(body: bytes, text: str) -> None:
    inbound = parse(body, "a-key", NOW)
    assert (inbound.text, inbound.marks) == (text, ("sender-missing", "text-damaged"))

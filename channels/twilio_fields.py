"""The fields of a Twilio request: one value of each, as text, and an error that names the one that is missing."""

from collections.abc import Mapping

from channels.adapter import Malformed, Request
from channels.bounds import LOST

_MOST = 1_000


def fields_of(request: Request) -> dict[str, str]:
    """Return the posted fields (of a GET, those of the query), the last value of each; raises Malformed.

    A provider does not send again what was refused, so what cannot be read costs no more than itself: it is LOST.
    """
    form = request.query if request.method == "GET" else request.form
    if request.method != "GET" and request.body and not form:
        raise Malformed("body", "is not a URL-encoded form")
    if len(form) > _MOST:
        raise Malformed("body", f"has more than {_MOST} fields")
    fields = {name: values[-1] for name, values in form.items()}
    if not request.body.isascii() or b"%" in request.body or request.method == "GET":
        return _readable(fields)
    return fields


def required(fields: Mapping[str, str], *names: str) -> str:
    """Return the first of these fields that has a value; raises Malformed naming one that is missing or not UTF-8.

    They are the provider's own names of things: two of them that are not the same must never become the same.
    """
    for name in names:
        if value := fields.get(name, "").strip():
            if LOST in value:
                raise Malformed(name, "is not UTF-8")
            return value
    raise Malformed(names[0], "is missing")


def present(fields: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """Return those of the fields that have a value, under the names that we give them."""
    return {names[theirs]: value for theirs, value in fields.items() if value and theirs in names}


def _readable(fields: dict[str, str]) -> dict[str, str]:
    """The fields with LOST for every byte that could not be decoded, which are surrogates now."""
    try:
        "".join([*fields, *fields.values()]).encode()
    except UnicodeEncodeError:
        return {_mended(name): _mended(value) for name, value in fields.items()}
    return fields


def _mended(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")

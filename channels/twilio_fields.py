"""The fields of a Twilio request: one value of each, readable, and an error that names the one that is missing."""

from collections.abc import Mapping

from channels.adapter import Malformed, Request

_MOST = 1_000


def fields_of(request: Request) -> dict[str, str]:
    """Return the posted fields (of a GET, those of the query), the last value of each; raises Malformed."""
    form = request.query if request.method == "GET" else request.form
    if request.method != "GET" and request.body and not form:
        raise Malformed("body", "is not a URL-encoded form")
    if len(form) > _MOST:
        raise Malformed("body", f"has more than {_MOST} fields")
    fields = {name: values[-1] for name, values in form.items()}
    if not request.body.isascii() or b"%" in request.body or request.method == "GET":
        _refuse_undecoded(fields)
    return fields


def required(fields: Mapping[str, str], *names: str) -> str:
    """Return the first of these fields that has a value; raises Malformed naming the first of them."""
    for name in names:
        if value := fields.get(name, "").strip():
            return value
    raise Malformed(names[0], "is missing")


def present(fields: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """Return those of the fields that have a value, under the names that we give them."""
    return {names[theirs]: value for theirs, value in fields.items() if value and theirs in names}


def _refuse_undecoded(fields: Mapping[str, str]) -> None:
    if _is_readable("".join([*fields, *fields.values()])):
        return
    name = next(name for name, value in fields.items() if not _is_readable(name + value))
    raise Malformed(name if name.isascii() else "body", "is not UTF-8")


def _is_readable(text: str) -> bool:
    """Tell whether a text has no bytes in it that could not be decoded, which are surrogates now."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True

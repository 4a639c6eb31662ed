"""Forms as browsers send them, with files and without; nothing that is sent instead does any harm."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from router.console.exchange import Upload
from router.console.sent_form import SentForm, form_of
from router.console.uploads import LONGEST_NAME, file_name

BOUNDARY = b"x-boundary"
WITH_FILES = "multipart/form-data; boundary=x-boundary"


def read(content_type: str, body: bytes | None) -> SentForm:
    return asyncio.run(form_of(Headers({"content-type": content_type}), body))


def part(name: str, content: bytes, file: str | None = None) -> bytes:
    named = f'; filename="{file}"' if file is not None else ""
    head = f'Content-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode()
    return b"--" + BOUNDARY + b"\r\n" + head + content + b"\r\n"


END = b"--" + BOUNDARY + b"--\r\n"


@pytest.mark.parametrize(
    "content_type, body, fields, files",
    [
        ("application/x-www-form-urlencoded", b"text=a%20b&text=c&key=", {"text": ("a b", "c"), "key": ("",)}, {}),
        ("application/x-www-form-urlencoded", b"text=a%00b", {"text": ("ab",)}, {}),
        ("application/x-www-form-urlencoded", "text=ä".encode(), {}, {}),
        ("application/x-www-form-urlencoded", None, {}, {}),
        ("application/json", b"{}", {}, {}),
        ("", b"text=a", {}, {}),
        (WITH_FILES, part("text", "für".encode()) + END, {"text": ("für",)}, {}),
        (WITH_FILES, part("text", b"a\0b") + part("text", b"c") + END, {"text": ("ab", "c")}, {}),
        (
            WITH_FILES,
            part("f", b"\0\1", "a.pdf") + part("f", b"", "b.pdf") + END,
            {},
            {"f": (Upload("a.pdf", b"\0\1"), Upload("b.pdf", b""))},
        ),
        (WITH_FILES, part("f", b"", "") + END, {}, {}),
        ("multipart/form-data", part("text", b"a") + END, {}, {}),
        (WITH_FILES, b"no parts at all", {}, {}),
        (WITH_FILES, part("f", b"x", "a") * 21 + END, {}, {}),
    ],
)
def test_what_a_browser_sends(
    content_type: str,
    body: bytes | None,
    fields: dict[str, tuple[str, ...]],
    files: dict[str, tuple[Upload, ...]],
) -> None:
    found = read(content_type, body)
    assert (dict(found.fields), dict(found.files)) == (fields, files)


@given(st.binary(max_size=400), st.binary(max_size=200))
def test_whatever_is_sent_instead_is_no_form(before: bytes, inside: bytes) -> None:
    for body in (before, before + part("f", inside, "a") + inside, part("f", inside, "a") + before + END):
        assert isinstance(read(WITH_FILES, body), SentForm)


@pytest.mark.parametrize(
    "written, name",
    [
        ("plan.pdf", "plan.pdf"),
        ("C:\\Users\\Jo\\plan.pdf", "plan.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("a\r\nBcc: x.pdf", "a Bcc: x.pdf"),
        ("  two   blanks .pdf", "two blanks .pdf"),
        ("x" * 300 + ".pdf", "x" * (LONGEST_NAME - 4) + ".pdf"),
    ],
)
def test_a_file_has_its_own_name(written: str, name: str) -> None:
    assert file_name(written) == name

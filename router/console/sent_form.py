"""A form as a browser sent it: its fields and its files, cleaned of what no database takes."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from channels.bounds import clean
from router.console.exchange import Upload

MOST_FIELDS: Final = 2_000
MOST_FILES: Final = 20
_PLAIN: Final = "application/x-www-form-urlencoded"
_WITH_FILES: Final = "multipart/form-data"


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SentForm:
    """The values of each field, and the files of each; empty where there is no form, or none that can be read."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=_nothing)
    files: Mapping[str, tuple[Upload, ...]] = field(default_factory=_nothing)


async def form_of(headers: Headers, body: bytes | None) -> SentForm:
    """Read a request's body as a form; `body` is None where it was too large."""
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if not body or media_type not in (_PLAIN, _WITH_FILES):
        return SentForm()
    try:
        return _plain(body) if media_type == _PLAIN else await _with_files(headers, body)
    except (ValueError, KeyError, MultiPartException):
        return SentForm()


def _plain(body: bytes) -> SentForm:
    fields = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    return SentForm(
        {clean(name): tuple(clean(value, len(body)) for value in values) for name, values in fields.items()}
    )


async def _with_files(headers: Headers, body: bytes) -> SentForm:
    parser = _Parser(headers, _whole(body), max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=len(body))
    try:
        return await _read(parser, len(body))
    finally:
        parser.close()


class _Parser(MultiPartParser):
    """A parser that lets go of its files however reading ended."""

    def close(self) -> None:
        """Close every file, also one that was not whole."""
        for file in self._files_to_close_on_error:
            file.close()


async def _read(parser: _Parser, longest: int) -> SentForm:
    fields: dict[str, tuple[str, ...]] = {}
    files: dict[str, tuple[Upload, ...]] = {}
    for name, value in (await parser.parse()).multi_items():
        key = clean(name)
        if isinstance(value, UploadFile):
            content = await value.read()
            # A browser sends an empty file without a name where none was chosen.
            if value.filename or content:
                files[key] = (*files.get(key, ()), Upload(clean(value.filename or ""), content))
        else:
            fields[key] = (*fields.get(key, ()), clean(value, longest))
    return SentForm(fields, files)


async def _whole(body: bytes) -> AsyncGenerator[bytes, None]:
    yield body

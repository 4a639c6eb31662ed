"""Forms in parts: what was sent is what is read, and nothing that is sent breaks the reading."""

from hypothesis import given
from hypothesis import strategies as st

from channels.forms import read_parts

names = st.from_regex(r"[A-Za-z_]{1,12}(\[\])?", fullmatch=True)
values = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
TYPE = "multipart/form-data; boundary=b-0-b"


@given(st.lists(st.tuples(names, values), min_size=1, max_size=8))
def test_what_was_sent_is_what_is_read(sent: list[tuple[str, str]]) -> None:
    parts = (f'--b-0-b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in sent)
    expected: dict[str, list[str]] = {}
    for name, value in sent:
        expected.setdefault(name, []).append(value)
    assert read_parts(TYPE, ("".join(parts) + "--b-0-b--\r\n").encode()) == expected


@given(
    st.sampled_from([TYPE, "multipart/form-data", "multipart/form-data; boundary=\r\nX: y"]), st.binary(max_size=200)
)
def test_no_bytes_break_it(content_type: str, noise: bytes) -> None:
    body = b"--b-0-b\r\nContent-Disposition: form-data; name=" + noise + b"\r\n\r\n" + noise + b"\r\n--b-0-b"
    for each in (noise, body):
        assert all(isinstance(value, str) for values in read_parts(content_type, each).values() for value in values)

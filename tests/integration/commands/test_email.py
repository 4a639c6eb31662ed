"""`firstcontact deliver`, `email parse` and `recognise`: raw input of any kind, through a pipe."""

from pathlib import Path

import pytest

from tests.integration.commands.conftest import Run

pytestmark = pytest.mark.slow
CASES = Path(__file__).parents[2] / "cases" / "email"
MAIL = (
    b"From: Jo <jo@home.example>\r\nTo: hub@mill-lane.example\r\nMessage-ID: <1@home.example>\r\n\r\nMy tap drips.\r\n"
)
TEMPORARY = 75


def test_email_is_taken_in_once(live: Run) -> None:
    first, again = live("deliver", stdin=MAIL), live("deliver", stdin=MAIL)
    assert (first.code, again.code) == (0, 0)
    contact = first.out.split()[0]
    assert (first.out, again.out) == (f"{contact} taken in\n", f"{contact} was taken in before\n")


@pytest.mark.parametrize("case", sorted(CASES.glob("*.eml"))[::6], ids=lambda case: case.stem)
def test_email_of_any_kind_is_taken_in(live: Run, case: Path) -> None:
    done = live("deliver", stdin=case.read_bytes() or b"\n.")
    assert (done.code, done.out.split()[1:]) == (0, ["taken", "in"])


@pytest.mark.parametrize(
    "stdin,settings,code,said",
    [
        (b"", {}, 2, "no message on standard input"),
        (b" \r\n\r\n", {}, 2, "no message on standard input"),
        (bytes(range(256)) * 100, {}, 0, ""),
        (b"From: x\n\n" + b"y" * 3_000_000, {"FIRSTCONTACT_EMAIL_LIMIT": "2000"}, 0, ""),
    ],
    ids=["nothing", "blank", "binary", "over-the-limit"],
)
def test_pipe_of_anything(live: Run, stdin: bytes, settings: dict[str, str], code: int, said: str) -> None:
    done = live("deliver", stdin=stdin, **settings)
    assert done.code == code
    assert said in done.err


def test_before_the_engine_ever_ran_the_mail_server_is_asked_to_come_again(run: Run) -> None:
    done = run("deliver", stdin=MAIL)
    assert (done.code, done.out) == (TEMPORARY, "")
    assert "firstcontact serve" in done.err
    assert "was not taken in" in done.err


def test_raw_messages_are_shown_as_json_lines(run: Run, tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(MAIL)
    done = run("email", "parse", "one.eml", "-", stdin=b"garbage \xff\x00")
    one, other = done.rows()
    assert (one["file"], one["text"].strip(), one["sender"]["value"]) == ("one.eml", "My tap drips.", "jo@home.example")
    assert other["file"] == "-"
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("file", ["/nowhere.eml", "."])
def test_message_that_cannot_be_read(run: Run, file: str) -> None:
    done = run("email", "parse", file)
    assert done.code == 2
    assert f"{file}: cannot be read" in done.err


@pytest.mark.parametrize(
    "stdin,journeys",
    [
        (b"there are rats in my loft\n", ["pests"]),
        (b"I can smell gas in my kitchen\r\nhello\n\n", ["gas-escape", None, None]),
        (b"no newline at the end, and a leaking tap", ["repair"]),
        (b"\xff\xfe not UTF-8 but rats in the loft\n", ["pests"]),
        ("😀 𝓻𝓪𝓽𝓼 ".encode() * 20_000, [None]),
        (b"", []),
    ],
    ids=["one", "lines", "no-end", "not-utf8", "long", "nothing"],
)
def test_texts_are_recognised(run: Run, tmp_path: Path, stdin: bytes, journeys: list[str | None]) -> None:
    done = run("recognise", stdin=stdin)
    assert (done.code, done.err) == (0, "")
    found = [row["journey"] for row in done.rows()]
    assert found == journeys or (journeys == [None] and len(found) == 1)
    assert not (tmp_path / "data").exists()


def test_a_contact_is_read_again_from_what_was_kept(live: Run) -> None:
    contact = live("deliver", stdin=MAIL.replace(b"<1@", b"<again@")).out.split()[0]
    [again] = live("email", "parse", "--contact", contact).rows()
    assert (again["contact"], again["text"].strip(), again["sender"]["value"]) == (
        contact,
        "My tap drips.",
        "jo@home.example",
    )


@pytest.mark.parametrize(
    "arguments, code, said",
    [
        ((), 2, "Name files, or a contact"),
        (("one.eml", "--contact", "x"), 2, "Name files, or a contact"),
        (("--contact", "nobody"), 1, "There is no contact nobody that came as an email."),
    ],
)
def test_what_cannot_be_read_again_is_said(live: Run, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = live("email", "parse", *arguments)
    assert (done.code, done.out) == (code, "")
    assert said in done.err

"""Messages understood a second on one core, by kind, the memory that stays, and what a large message costs.

    python -m tests.bench.bench_email [--messages 4000] [--flat 100000]

Processor time, not the clock. The floors, measured in the same run: the standard library's parser alone with its fast
policy (compat32) and with its default one, headers and bodies left as they are.
"""

import argparse
import base64
import email
import email.policy
import gc
import quopri
import random
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from channels.email import parse

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
SAID = """the tap in our kitchen drips since Monday and the floor is wet could somebody please come and look at it we
are at home in the mornings thank you the children have a cough from the damp wall by the window rent statement"""
WORDS = SAID.split()
HOPS = "".join(
    f"Received: from mx{hop}.relay.example (mx{hop}.relay.example [192.0.2.{hop}])\r\n\tby mx.hr.example (Postfix) "
    f"with ESMTPS id 4ABC{hop}\r\n\tfor <repairs@hr.example>; Mon,  2 Mar 2026 09:30:0{hop} +0000 (GMT)\r\n"
    for hop in range(4)
)
SIGNED = (
    "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=home.example; s=2026;\r\n\th=from:to:subject:date;"
    f"\r\n\tbh={'Q' * 44}; b={'Rr' * 120}\r\n"
    "Authentication-Results: mx.hr.example; dkim=pass header.d=home.example;\r\n"
    "\tspf=pass smtp.mailfrom=home.example; dmarc=pass header.from=home.example\r\nX-Mailer: Some Client 16.0\r\n"
)


def saying(draw: random.Random, count: int) -> str:
    """Say so many words, in lines."""
    words = draw.choices(WORDS, k=count)
    return "\r\n".join(" ".join(words[at : at + 12]) for at in range(0, count, 12))


def head(draw: random.Random, content: str, *, real: bool = True) -> str:
    """Write the headers of a mail, with those that servers add if it is to be a real one."""
    number = draw.randrange(10**9)
    return (
        (f"Return-Path: <sam{number}@home.example>\r\n{HOPS}{SIGNED}" if real else "")
        + f"From: =?utf-8?Q?Sam_J=C3=B8rgensen?= <sam{number}@home.example>\r\nTo: Repairs <repairs@hr.example>\r\n"
        f"Subject: {saying(draw, 6)}\r\nDate: Mon, 02 Mar 2026 09:30:00 +0000\r\n"
        f"Message-ID: <{number}@home.example>\r\nMIME-Version: 1.0\r\nContent-Type: {content}\r\n"
    )


def plain(draw: random.Random) -> bytes:
    """A short plain text."""
    return (head(draw, "text/plain; charset=utf-8", real=False) + "\r\n" + saying(draw, 60)).encode()


def html(text: str, quoted: str) -> str:
    """Write a text as a mail program writes it in HTML, with all that they put around it."""
    around = '<div class="MsoNormal" style="margin:0cm"><span style="font-size:11.0pt">{}<o:p></o:p></span></div>'
    body = "".join(around.format(each) for each in text.split("\r\n"))
    quote = "<br>".join(quoted.split("\r\n"))
    return (
        "<html><head><meta charset=utf-8><style>p.MsoNormal, li {margin:0cm; font-family:Calibri}</style></head><body "
        f'lang=EN-GB>{body}<p>Sam Hale<br><a href="https://home.example/sam">our page</a></p><div class="gmail_quote">'
        f'On Sun, 1 Mar 2026 Repairs wrote:<blockquote class="gmail_quote" style="border-left:1px">{quote}'
        "</blockquote></div>"
        "</body></html>"
    )


def reply(draw: random.Random) -> bytes:
    """A reply as most programs send it: plain and HTML beside each other, what it answers quoted."""
    text, older = saying(draw, 80), saying(draw, 150)
    quoted = "\r\n".join(f"> {line}" for line in older.split("\r\n"))
    rich = quopri.encodestring(html(text, older).encode()).decode().replace("\n", "\r\n")
    return (
        head(draw, "multipart/alternative; boundary=alt") + "References: <1@hr.example> <2@hr.example>\r\n\r\n--alt\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n\r\nOn Sun, 1 Mar 2026 Repairs wrote:\r\n"
        f"{quoted}\r\n"
        f"--alt\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{rich}"
        "\r\n--alt--\r\n"
    ).encode()


def only_html(draw: random.Random) -> bytes:
    """A mail that has no plain text."""
    return (head(draw, "text/html; charset=utf-8") + "\r\n" + html(saying(draw, 120), saying(draw, 200))).encode()


def with_files(draw: random.Random) -> bytes:
    """A photograph and a document, beside a text in two forms."""
    photo = base64.encodebytes(draw.randbytes(60_000)).decode().replace("\n", "\r\n")
    return (
        head(draw, 'multipart/mixed; boundary="mix"')
        + '\r\n--mix\r\nContent-Type: multipart/alternative; boundary="alt"'
        f"\r\n\r\n--alt\r\nContent-Type: text/plain\r\n\r\n{saying(draw, 60)}\r\n--alt\r\n"
        "Content-Type: text/html\r\n\r\n"
        f"{html(saying(draw, 60), '')}\r\n--alt--\r\n--mix\r\nContent-Type: image/jpeg; name=damp.jpg\r\n"
        f'Content-Disposition: attachment; filename="damp.jpg"\r\nContent-Transfer-Encoding: base64\r\n\r\n{photo}'
        "\r\n--mix--\r\n"
    ).encode()


def mixed(draw: random.Random) -> bytes:
    """The mix: half replies, a quarter HTML alone, an eighth plain, an eighth with files."""
    return draw.choice((reply, reply, reply, reply, only_html, only_html, plain, with_files))(draw)


KINDS: dict[str, Callable[[random.Random], bytes]] = {
    "plain": plain,
    "reply": reply,
    "html": only_html,
    "files": with_files,
    "mix": mixed,
}


def rate(messages: list[bytes], read: Callable[[bytes], object]) -> float:
    """How many are read in a second of the processor, the best of three."""
    best = 0.0
    for _ in range(3):
        started = time.process_time()
        for raw in messages:
            read(raw)
        best = max(best, len(messages) / (time.process_time() - started))
    return best


def understood(raw: bytes) -> object:
    """Read a message."""
    return parse(raw, NOW)


def fast_floor(raw: bytes) -> object:
    """Read it by the standard library."""
    return email.message_from_bytes(raw)


def default_floor(raw: bytes) -> object:
    """Read it by the standard library's default policy."""
    return email.message_from_bytes(raw, policy=email.policy.default)


def rates(count: int) -> None:
    """Print the rate of each kind beside the floors."""
    draw = random.Random(5)
    for name, make in KINDS.items():
        messages = [make(draw) for _ in range(count)]
        mine, fast, slow = (rate(messages, read) for read in (understood, fast_floor, default_floor))
        size = sum(map(len, messages)) / len(messages) / 1024
        print(
            f"{name:6} {mine:7,.0f} a second ({size:5.1f} KB each); compat32 {fast:7,.0f}, ratio {mine / fast:.2f}; "
            f"default {slow:6,.0f}, ratio {mine / slow:.2f}"
        )


def pieces(count: int) -> Iterator[bytes]:
    """Make so many messages one after another."""
    draw = random.Random(6)
    several = [mixed(draw) for _ in range(200)]
    for number in range(count):
        yield several[number % 200].replace(b"Message-ID: <", b"Message-ID: <%d." % number)


def flat(count: int) -> None:
    """Print what memory is held after a tenth and after all of the messages."""
    tracemalloc.start()
    held = []
    for number, raw in enumerate(pieces(count), 1):
        parse(raw, NOW)
        if number in (count // 10, count):
            gc.collect()
            held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    print(f"memory after {count // 10:,} messages {held[0] / 1e6:.2f} MB, after {count:,} {held[1] / 1e6:.2f} MB")


def large() -> None:
    """Print what a message of 25 MB costs at its worst, in times of its size."""
    content = random.Random(7).randbytes(18_500_000)
    whole = base64.encodebytes(content)
    broken = b"*" + whole[:-7]
    inner = b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: a/b; name=f\nContent-Transfer-Encoding: "
    shapes = {
        "base64": inner + b"base64\n\n" + whole + b"--b--\n",
        "broken base64": inner + b"base64\n\n" + broken + b"--b--\n",
        "a mail within": b"Content-Type: message/rfc822\n\n" + inner + b"base64\n\n" + whole + b"--b--\n",
        "plain text": b"Content-Type: text/plain\n\n" + whole,
        "HTML": b"Content-Type: text/html\n\n<p>" + whole,
        "no line end": b"Content-Type: text/plain\r\r" + whole.replace(b"\n", b""),
    }
    for name, raw in shapes.items():
        tracemalloc.start()
        started = time.process_time()
        parse(raw, NOW)
        took, peak = time.process_time() - started, tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        print(f"25 MB of {name}: {peak / len(raw):.2f} times its size, {took:.2f} s (wanted at most 4 times)")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=2_000)
    parser.add_argument("--flat", type=int, default=100_000)
    given = parser.parse_args()
    rates(given.messages)
    large()
    flat(given.flat)


if __name__ == "__main__":
    main()

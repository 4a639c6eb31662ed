"""Posts signed texts to a server over persistent connections, cheaply and from a process of its own, and times it."""

import argparse
import asyncio
import base64
import hashlib
import hmac
import json
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import uvloop

ROOT = Path(__file__).parents[2]
ACCOUNT, TOKEN = "AC" + "0" * 32, "a-token-for-benchmarks-only"
CONNECTIONS, WARM_UP = 16, 300
TEXTS = (
    "Hi, the boiler in my flat has no hot water since this morning, can someone come please?",
    "When is my next rent payment due?",
    "There is black mould in the bedroom of my little one, we reported this in March already.",
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run came to: requests a second, latencies in milliseconds, and answers that were not 2xx."""

    rate: float
    p50: float
    p95: float
    p99: float
    worst: float
    count: int
    refused: int

    def __str__(self) -> str:
        times = f"p50 {self.p50:.1f} ms, p95 {self.p95:.1f} ms, p99 {self.p99:.1f} ms, worst {self.worst:.1f} ms"
        return f"{self.rate:,.0f} requests a second, {times}, {self.refused} of {self.count} refused"


def measure(
    url: str,
    *,
    count: int = 6_000,
    rate: float | None = None,
    token: str = TOKEN,
    start: int = 0,
    public_url: str = "",
    what: str = "text",
) -> Figures:
    """Post `count` signed texts (`what` "call": new calls) to `url` from another process, over 16 connections.

    Without `rate` each connection posts as soon as it is answered (a closed loop); with it requests fall due `rate` a
    second, and a latency counts from when its request was due (an open loop). `start` is the number of the first
    message id, so that runs do not repeat each other; `public_url` is what is signed, where it is not `url`.
    """
    wanted = {"url": url, "count": count, "rate": rate, "token": token, "start": start, "public_url": public_url or url}
    wanted["what"] = what
    command = [sys.executable, "-m", "tests.bench.load", json.dumps(wanted)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode != 0:
        raise RuntimeError(f"the load could not be made: {done.stderr[-2000:]}")
    return Figures(**json.loads(done.stdout))


def signature(url: str, fields: dict[str, str], token: str) -> str:
    """What Twilio puts into X-Twilio-Signature."""
    said = url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.new(token.encode(), said.encode(), hashlib.sha1).digest()).decode()


def sms(number: int) -> dict[str, str]:
    """The form of an incoming text, as Twilio posts it; the senders are 5,000 drama numbers."""
    sid = f"SM{number:032x}"
    sender = f"+447700{900_000 + number % 1000}"
    places = {"ToCountry": "GB", "ToState": "", "ToCity": "", "ToZip": "", "FromCountry": "GB", "FromState": ""}
    return places | {
        "FromCity": "",
        "FromZip": "",
        "SmsMessageSid": sid,
        "SmsSid": sid,
        "MessageSid": sid,
        "SmsStatus": "received",
        "NumMedia": "0",
        "NumSegments": "1",
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "From": sender,
        "To": "+447700900999",
        "Body": TEXTS[number % len(TEXTS)],
    }


def call(number: int) -> dict[str, str]:
    """The form of a new call, as Twilio posts it; the callers are as many as there are."""
    return {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "CallSid": f"CA{number:032x}",
        "CallStatus": "ringing",
        "Direction": "inbound",
        "From": f"+4477009{number * 7919 % 100_000:05d}",
        "To": "+448081570100",
    }


FORMS = {"text": sms, "call": call}


def request(url: str, public_url: str, token: str, fields: dict[str, str]) -> bytes:
    """One signed request, as bytes on the wire."""
    parts = urlsplit(url)
    body = urlencode(fields).encode()
    head = (
        f"POST {parts.path} HTTP/1.1\r\nHost: {urlsplit(public_url).netloc}\r\nUser-Agent: TwilioProxy/1.1\r\n"
        f"Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nContent-Length: {len(body)}\r\n"
        f"X-Twilio-Signature: {signature(public_url, fields, token)}\r\nAccept: */*\r\n\r\n"
    )
    return head.encode() + body


class Run:
    """The state that the connections of one run share: what is due, who is idle, what was answered and when."""

    def __init__(self, requests: Sequence[bytes]) -> None:
        self.requests = requests
        self.due: deque[tuple[int, float]] = deque()
        self.ahead: deque[int] = deque()
        self.idle: deque[Connection] = deque()
        self.latencies: list[float] = []
        self.refused = 0
        self.done = asyncio.Event()

    def answered(self, connection: "Connection", due: float, status: int) -> None:
        """Note an answer, and give the connection the next that is due, or the next at all in a closed loop."""
        self.latencies.append(time.perf_counter() - due)
        self.refused += not 200 <= status < 300
        if len(self.latencies) == len(self.requests):
            self.done.set()
        elif self.due:
            connection.post(*self.due.popleft())
        elif self.ahead:
            connection.post(self.ahead.popleft(), time.perf_counter())
        else:
            self.idle.append(connection)

    def begin(self, connections: int) -> None:
        """Post the first requests of a closed loop; each answer leads to the next."""
        self.ahead.extend(range(len(self.requests)))
        for _ in range(min(connections, len(self.requests))):
            self.fall_due(self.ahead.popleft(), time.perf_counter())

    def fall_due(self, number: int, due: float) -> None:
        """Post a request on an idle connection, or as soon as there is one."""
        if self.idle:
            self.idle.popleft().post(number, due)
        else:
            self.due.append((number, due))


class Connection(asyncio.Protocol):
    """One persistent connection; reads just enough HTTP to know where an answer ends."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.due = 0.0
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def post(self, number: int, due: float) -> None:
        """Send a request that was due at that moment."""
        self.due = due
        self.transport.write(self.run.requests[number])  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, separator, rest = self.buffer.partition(b"\r\n\r\n")
        if not separator or len(rest) < _length(head):
            return
        self.buffer = b""
        self.run.answered(self, self.due, int(head[9:12]))

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.run.done.is_set():
            raise RuntimeError(f"the server closed a connection: {exc}")


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    return 0


async def post_all(url: str, requests: Sequence[bytes], rate: float | None) -> tuple[Run, float]:
    """Post every request; the run, and the seconds that it took."""
    run, parts, loop = Run(requests), urlsplit(url), asyncio.get_running_loop()
    for _ in range(CONNECTIONS):
        _, connection = await loop.create_connection(lambda: Connection(run), parts.hostname, parts.port)
        run.idle.append(connection)
    started = time.perf_counter()
    if rate is None:
        run.begin(CONNECTIONS)
    else:
        _at_rate(run, started, rate)
    await run.done.wait()
    return run, time.perf_counter() - started


def _at_rate(run: Run, started: float, rate: float) -> None:
    loop = asyncio.get_running_loop()
    for number in range(len(run.requests)):
        due = started + number / rate
        loop.call_later(due - time.perf_counter(), _fall_due, run, number, due)


def _fall_due(run: Run, number: int, due: float) -> None:
    # The loop's timers count whole milliseconds and may be early, which must not make a latency smaller.
    run.fall_due(number, min(due, time.perf_counter()))


def figures(run: Run, seconds: float) -> Figures:
    """The figures of a finished run."""
    times = sorted(1000 * latency for latency in run.latencies)

    def at(share: float) -> float:
        return times[min(len(times) - 1, int(share * len(times)))]

    return Figures(len(times) / seconds, at(0.5), at(0.95), at(0.99), times[-1], len(times), run.refused)


def main() -> None:
    """Make the load that the one argument, JSON, asks for; print its figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wanted", type=json.loads)
    wanted = parser.parse_args().wanted
    first, last = wanted["start"], wanted["start"] + WARM_UP + wanted["count"]
    form, to = FORMS[wanted["what"]], (wanted["url"], wanted["public_url"], wanted["token"])
    requests = [request(*to, form(number)) for number in range(first, last)]

    async def run() -> Figures:
        await post_all(wanted["url"], requests[:WARM_UP], None)
        return figures(*await post_all(wanted["url"], requests[WARM_UP:], wanted["rate"]))

    print(json.dumps(asdict(uvloop.run(run()))))


if __name__ == "__main__":
    main()

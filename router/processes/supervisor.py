"""Runs the whole engine: `serve` starts every process, keeps each running, and ends all of them together."""

import contextlib
import gc
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module

from channels import registry
from router import logs
from router.local_secrets import ensure_local_secrets
from router.processes import embedded_redis, forked, locks, welcome
from router.processes.crew import Command, Crew
from router.processes.listen import listen
from router.processes.signals import Signals, StopNowError, heard
from router.settings import Settings, SettingsError, child_environment, load, misspelled

ROLES = ("web", "worker", "scheduler", "poller")
REDIS_SECONDS = 10.0
LOOK_SECONDS = 0.1
PATIENCE = 15.0

Say = Callable[[str], None]


def _print(text: str) -> None:
    print(text, flush=True)  # at once, also into a pipe or a file


class CannotServeError(Exception):
    """`serve` cannot start; the text says why and what to do."""


def roles(only: str) -> tuple[str, ...]:
    """The roles in a list such as `web,worker`, all of them where it is empty; raises ValueError for any other."""
    chosen = tuple(dict.fromkeys(word.strip() for word in only.split(",") if word.strip()))
    for role in chosen:
        if role not in ROLES:
            raise ValueError(f"{role!r} is none of the processes {', '.join(ROLES)}")
    return chosen or ROLES


def serve(settings: Settings, only: Sequence[str] = ROLES, say: Say = _print) -> int:
    """Run these processes until a signal to stop comes, and tell whoever started them how it goes; the exit code.

    0: stopped as asked. 1: could not start. 2: a setting is wrong.
    """
    try:
        logs.configure("serve", settings.log_format, settings.log_level)
        for line in misspelled(settings, registry.SETTINGS):
            say(line)
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _roles_held(settings, only), contextlib.ExitStack() as stack:
            settings = ensure_local_secrets(settings)
            door = stack.enter_context(_door(settings)) if "web" in only else None
            if door is not None:
                settings = settings.model_copy(update={"port": door.getsockname()[1]})
            signals = stack.enter_context(heard())
            return _Engine(settings, only, door, signals, say).run()
    except SettingsError as error:
        say(str(error))
        return 2
    except CannotServeError as error:
        say(str(error))
        return 1
    except OSError as error:
        where = error.filename or settings.data
        say(f"Firstcontact cannot run on {where}: {error.strerror}.\n`firstcontact doctor` says what to do.")
        return 1


@contextlib.contextmanager
def _roles_held(settings: Settings, only: Sequence[str]) -> Iterator[None]:
    try:
        with locks.held(settings.run_folder, only):
            yield
    except locks.TakenError as taken:
        holder = f"process {taken.pid}" if taken.pid else "another process"
        raise CannotServeError(
            f"Firstcontact already runs on {settings.data}: its {taken.role} belongs to {holder}.\n"
            "Stop that one first, or give this one a data folder of its own with FIRSTCONTACT_DATA."
        ) from None


@contextlib.contextmanager
def _door(settings: Settings) -> Iterator[socket.socket]:
    try:
        bound = listen(settings.host, settings.port)
    except OSError as error:
        raise CannotServeError(
            f"Cannot listen on {settings.host}, port {settings.port}: {error.strerror}.\n"
            "Choose another address with FIRSTCONTACT_HOST or another port with FIRSTCONTACT_PORT."
        ) from None
    with bound:
        yield bound


class _Engine:
    """The processes of one `serve`. Redis is a crew of its own, as it has to end after those that use it."""

    def __init__(
        self, settings: Settings, only: Sequence[str], door: socket.socket | None, signals: Signals, say: Say
    ) -> None:
        self._settings, self._door, self._signals, self._say = settings, door, signals, say
        self._environment = child_environment(settings)
        figures = ("figures",) if settings.metrics_port and door is None else ()
        self._crew = Crew([command for role in (*only, *figures) for command in self._commands(role)])
        self._redis = Crew([])

    def run(self) -> int:
        """Start, tend and stop everything; the exit code."""
        with contextlib.ExitStack() as stack:
            stack.callback(self._stop)
            redis = self._start_redis(stack)
            self._load()
            if not self._signals.stopping and (code := self._prepare()):
                return code
            if self._became_ready():
                self._say(welcome.text(self._settings, redis, web=self._door is not None))
            while not self._signals.stopping:
                self._signals.wait(self._tend())
            self._say("Stopping ...")
        self._say(f"Stopped. Everything is kept in {self._settings.data}")
        return 0

    def _commands(self, role: str) -> list[Command]:
        names = [f"worker-{n}" for n in range(1, self._settings.workers + 1)] if role == "worker" else [role]
        files = (self._door.fileno(),) if role == "web" and self._door is not None else ()
        return [
            Command(name, argv, self._environment, files, body=partial(_play, argv))
            for name in names
            for argv in ((role, name, *(str(file) for file in files)),)
        ]

    def _load(self) -> None:
        """Load what the processes need before they are made of this one, so that they share it and start at once."""
        from router.store.engine import make_engine
        from rules.read_landlord import countries

        gc.disable()  # nothing becomes free in this, and looking for it is a sixth of the work
        for role in dict.fromkeys(command.argv[0] for command in self._crew.commands()):
            import_module(f"{__package__}.{role}")
        countries()  # whoever reads a ruleset needs them
        make_engine(self._settings.record_url).dispose()  # the database's driver is loaded, and nothing connected
        gc.collect()
        gc.freeze()  # the collector would only look at it again, and make a copy of each page as it does
        gc.enable()

    def _start_redis(self, stack: contextlib.ExitStack) -> str:
        """Start the embedded Redis where it is wanted; gives how things stand with Redis, in words."""
        settings = self._settings
        if settings.redis_url.get_secret_value():
            return "as REDIS_URL says"
        program = embedded_redis.find()
        if program is None:
            return "none: no redis-server was found, so contacts wait a second or so for the sweeper"
        try:
            stack.enter_context(locks.held(settings.run_folder, ["redis"]))
        except locks.TakenError as taken:
            return f"the one of process {taken.pid}"
        embedded_redis.end_left_over(settings.redis_socket)
        log_file = settings.run_folder / "redis.log"
        folder = settings.data / "redis"
        self._redis = Crew([embedded_redis.command(program, settings.redis_socket, folder, log_file)])
        if self._within(REDIS_SECONDS, self._redis.tend, lambda: embedded_redis.answers(settings.redis_socket)):
            return f"embedded ({program})"
        return f"does not answer, so contacts wait a second or so for the sweeper: see {log_file}"

    def _prepare(self) -> int:
        """Run the process that prepares the record to its end, made of this one as the others are; its exit code.

        While it waits for the record the web part is there already, to say so and to put callers through to a person.
        """
        awaiting = welcome.awaiting_file(self._settings)
        awaiting.unlink(missing_ok=True)
        argv = ("prepare", "prepare", *self._crew.names())
        process = forked.start(partial(_play, argv), "prepare", self._environment)
        while (code := process.poll()) is None:
            if self._signals.stopping:
                process.terminate()
                process.wait()
                return 0
            if awaiting.exists():
                self._crew.tend(only="web")
            self._signals.wait(LOOK_SECONDS)
        return code

    def _tend(self) -> float:
        return min(self._redis.tend(), self._crew.tend())

    def _within(self, seconds: float, tend: Callable[[], float], condition: Callable[[], bool]) -> bool:
        """Tend until the condition holds; False when it did not in time, or a signal to stop came."""
        deadline = time.monotonic() + seconds
        while not self._signals.stopping and time.monotonic() < deadline:
            tend()
            if condition():
                return True
            self._signals.wait(LOOK_SECONDS)
        return False

    def _became_ready(self) -> bool:
        """Tend until the web process is ready, saying now and then what it waits for; False on a signal to stop."""
        ready = self._is_ready if self._door is not None else lambda: True
        while not self._within(PATIENCE, self._tend, ready):
            if self._signals.stopping:
                return False
            self._say(f"Not ready yet: {welcome.not_ready(self._settings)}")
        return True

    def _is_ready(self) -> bool:
        return welcome.not_ready(self._settings) is None

    def _stop(self) -> None:
        """End everything, Redis last; a second signal kills what has not ended."""
        try:
            self._crew.stop(self._settings.stop_seconds)
            self._redis.stop(self._settings.stop_seconds)
        except StopNowError:
            self._crew.stop(0)
            self._redis.stop(0)


def _play(argv: Sequence[str]) -> None:
    """Be the process of a role: what `python -m router.processes.<role>` runs, with these arguments."""
    sys.argv = [*argv]
    import_module(f"{__package__}.{argv[0]}").main()


def main() -> None:
    """Serve with the settings of the environment; the argument says which processes, all where it is empty."""
    try:
        settings = load()
    except SettingsError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    sys.exit(serve(settings, roles(sys.argv[1])))


if __name__ == "__main__":
    main()

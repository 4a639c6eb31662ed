"""The image without a container engine: the Dockerfile's own commands, run in a folder that stands for its root.

What this cannot show is what only an engine does: the base image, the namespaces, and a root that is read-only. The
packages come from the environment of the tests, which was itself installed by hash; with FIRSTCONTACT_IMAGE_FROM_INDEX
set, they are installed by the Dockerfile's command instead, which takes a minute and needs a package index.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.process import unprivileged_user

ROOT = Path(__file__).parents[2]
OURS = ("/opt/firstcontact", "/source", "/wheels", "/data")
"""The folders of the image that are ours; every other path in it means the same on this machine."""

FROM_INDEX = "FIRSTCONTACT_IMAGE_FROM_INDEX"
Step = tuple[str, str]


def stages() -> list[list[Step]]:
    """The Dockerfile: the instructions of each stage, with what each says, on one line."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    steps = [(name, said.strip()) for name, _, said in (line.partition(" ") for line in lines if line)]
    starts = [number for number, (name, _) in enumerate(steps) if name == "FROM"]
    return [steps[start:end] for start, end in zip(starts, [*starts[1:], len(steps)], strict=True)]


def said(name: str) -> str:
    """What the last stage says by this instruction."""
    return next(words for each, words in stages()[-1] if each == name)


def environment() -> dict[str, str]:
    """The ENV of the last stage."""
    return dict(word.split("=", 1) for name, words in stages()[-1] if name == "ENV" for word in shlex.split(words))


def health_command() -> list[str]:
    """What HEALTHCHECK runs."""
    found: list[str] = json.loads(said("HEALTHCHECK").partition(" CMD ")[2])
    return found


@dataclass(frozen=True, slots=True)
class Image:
    """The image's root, whom it runs as (None: ourselves), and what of the Dockerfile was run to make it."""

    root: Path
    user: str | None
    ran: list[str] = field(default_factory=list)

    def place(self, text: str) -> str:
        """A text of the image with its folders as they are on this machine."""
        return re.sub(rf"(?<![\w.])({'|'.join(OURS)})\b", rf"{self.root}\1", text)

    def command(self, *arguments: str) -> list[str]:
        """What a container runs that is given these arguments."""
        entry: list[str] = json.loads(said("ENTRYPOINT"))
        return [str(self.root / "opt/firstcontact/bin" / entry[0]), *entry[1:], *arguments]

    def settings(self, **more: str) -> dict[str, str]:
        """The environment of a container."""
        return {name: self.place(value) for name, value in environment().items()} | {"LANG": "C.UTF-8"} | more

    def run(self, command: Sequence[str], **more: str) -> "subprocess.CompletedProcess[str]":
        """Run a command in it to its end."""
        return subprocess.run(
            [self.place(word) for word in command],
            user=self.user,
            cwd=self.root / "data",
            env=self.settings(**more),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def installed(self) -> dict[str, tuple[int, int]]:
        """Every installed file, with its size and when it was changed."""
        files = (self.root / "opt").rglob("*")
        return {str(file): (file.lstat().st_size, file.lstat().st_mtime_ns) for file in files}


def build(root: Path) -> Image:
    """Make the image below a folder that others can enter."""
    image = Image(root, _base_python(root / "base", unprivileged_user()))
    for folder in OURS:
        (root / folder[1:]).parent.mkdir(parents=True, exist_ok=True)
    path = {"PATH": f"{root / 'base/bin'}:{os.environ['PATH']}"}
    for name, words in stages()[0]:
        if name == "COPY":
            _copy(image, words)
        elif name == "RUN":
            _run(image, words, path)
    _make_data(image)
    for file in (root / "opt").rglob("*"):
        if not file.is_symlink():
            file.chmod(file.stat().st_mode & ~0o222)
    return image


def _copy(image: Image, words: str) -> None:
    source, target = (image.place(word) for word in words.split())
    for each in sorted(_sent()) if source == "." else [source]:
        place = Path(target) / each if source == "." else Path(target)
        place.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / each).is_dir():
            shutil.copytree(ROOT / each, place, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
        else:
            shutil.copy(ROOT / each, place)


def _sent() -> Iterator[str]:
    """What .dockerignore lets through, which leaves out everything that it does not name."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in lines
    return (line[1:] for line in lines if line.startswith("!"))


def _run(image: Image, words: str, path: Mapping[str, str]) -> None:
    if "--require-hashes" in words and not os.environ.get(FROM_INDEX):
        packages = Path(image.place("/opt/firstcontact")) / "lib" / f"python{sysconfig.get_python_version()}"
        own = sysconfig.get_path("purelib")
        (packages / "site-packages" / "packages-of-the-tests.pth").write_text(f"{own}\n")
        return
    done = subprocess.run(
        ["/bin/sh", "-ec", image.place(words)], env=os.environ | path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{words}\n{done.stdout}{done.stderr}"
    image.ran.append(words)


def _make_data(image: Image) -> None:
    data = image.root / "data"
    data.mkdir(mode=0o700)
    if image.user is not None:
        shutil.chown(data, image.user)


def _base_python(base: Path, user: str | None) -> str | None:
    """Put an interpreter called `python` there, as the base image has; whom it can be run as, the user if they may.

    It is this one, so that the packages of the tests fit; copied where it lies in a folder that others may not enter.
    """
    (base / "bin").mkdir(parents=True)
    own = Path(sys.executable).resolve()
    (base / "bin" / "python").symlink_to(own)
    if user is None or _may_run(user, base):
        return user
    library = f"lib/python{sysconfig.get_python_version()}"
    left_out = shutil.ignore_patterns("test", "tests", "site-packages", "idlelib", "config-*", "*.a")
    shutil.copytree(Path(sys.base_prefix) / library, base / library, ignore=left_out)
    (base / "bin" / "python").unlink()
    shutil.copy(own, base / "bin" / "python")
    return user if _may_run(user, base) else None


def _may_run(user: str, base: Path) -> bool:
    command = [str(base / "bin" / "python"), "-c", "import ensurepip, venv, ssl, sqlite3"]
    try:
        return subprocess.run(command, user=user, cwd="/", capture_output=True, check=False).returncode == 0
    except OSError:
        return False

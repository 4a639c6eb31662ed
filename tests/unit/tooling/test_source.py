"""Rules about the source that no linter knows: who reads the environment, and what log lines may hold."""

import ast
from collections.abc import Iterator
from pathlib import Path

from router.logs import KEYS
from tests.tables import try_each

ROOT = Path(__file__).parents[3]
SOURCES = [path for package in ("channels", "rules", "router") for path in sorted((ROOT / package).rglob("*.py"))]
ENGINE = [path for path in sorted((ROOT / "router").rglob("*.py")) if path != ROOT / "router/logs.py"]
MAY_TOUCH_ENVIRONMENT = {"router/settings.py", "router/metrics.py"}  # metrics has to set what its library reads


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def log_calls(tree: ast.AST) -> Iterator[ast.Call]:
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return (call for call in calls if ast.unparse(call.func) in {"log", "failed", "logs.log", "logs.failed"})


def test_only_the_settings_read_the_environment() -> None:
    try_each(SOURCES, leaves_the_environment_alone, name_of)


def leaves_the_environment_alone(path: Path) -> None:
    if name_of(path) in MAY_TOUCH_ENVIRONMENT:
        return
    text = path.read_text(encoding="utf-8")
    assert "os.environ" not in text
    assert "getenv" not in text


def test_log_lines_hold_only_keys_that_are_on_the_list() -> None:
    try_each(ENGINE, logs_only_what_is_on_the_list, name_of)


def logs_only_what_is_on_the_list(path: Path) -> None:
    for call in log_calls(ast.parse(path.read_text(encoding="utf-8"))):
        assert {word.arg for word in call.keywords} - {"level"} <= KEYS, f"{name_of(path)}:{call.lineno}"

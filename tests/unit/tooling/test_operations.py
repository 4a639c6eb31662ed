"""What docs/operations.md and the alert rules say is what there is: figures, runbooks, commands and settings."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from router import metrics
from router.cli.main import COMMANDS
from router.metrics import GAUGES, MAILBOX_GAUGES
from router.processes.supervisor import roles
from router.queue import DRAIN, REPLAY
from router.settings import Settings, environment_name

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
UNIT = (ROOT / "deploy/firstcontact.service").read_text(encoding="utf-8")
RULES: list[dict[str, Any]] = [
    rule for group in yaml.safe_load((ROOT / "deploy/alerts.yaml").read_text())["groups"] for rule in group["rules"]
]
FIGURE = re.compile(r"\bfirstcontact_[a-z_]+")
KNOWN = {environment_name(field) for field in Settings.model_fields} | {"FIRSTCONTACT_ENV_FILE"}


def figures() -> set[str]:
    """Every figure by the name that it has in Prometheus's format."""
    counted: set[str] = set()
    made = metrics._counters()
    for family in (getattr(made, name) for name in made.__slots__):
        for each in family.collect():
            counted.add(f"{each.name}_total" if each.type == "counter" else each.name)
    return counted | set(GAUGES) | set(MAILBOX_GAUGES)


def anchors() -> set[str]:
    """The anchors of the page's headings, as they are made from their words."""
    headings = re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_figure_is_explained_and_no_other() -> None:
    assert set(re.findall(r"^\| `(firstcontact_\w+)` \|", PAGE, re.MULTILINE)) == figures()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_watches_what_there_is_and_names_its_runbook(rule: dict[str, Any]) -> None:
    page, _, anchor = rule["annotations"]["runbook"].partition("#")
    assert (ROOT / page).is_file()
    assert anchor in anchors()
    named = {name.removesuffix("_bucket") for name in FIGURE.findall(rule["expr"])}
    assert named <= figures()
    assert named or rule["expr"].startswith("up{")
    assert rule["annotations"]["summary"].endswith(".")
    assert rule["labels"]["severity"] in ("page", "today")


def test_every_runbook_has_its_alert() -> None:
    told = PAGE.split("## What to do when")[1]
    headings = {heading.lower().replace(" ", "-") for heading in re.findall(r"^### (.+)$", told, re.MULTILINE)}
    assert headings == {rule["annotations"]["runbook"].partition("#")[2] for rule in RULES}


def test_every_figure_is_watched_or_needs_no_alert() -> None:
    watched = {name.removesuffix("_bucket") for rule in RULES for name in FIGURE.findall(rule["expr"])}
    assert figures() - watched == {"firstcontact_contacts_waiting", "firstcontact_mailbox_waiting"}


def test_every_job_that_can_fail_is_named_and_no_other() -> None:
    scheduled = re.findall(r'_try\("([a-z-]+)"', (ROOT / "router/scheduler.py").read_text(encoding="utf-8"))
    jobs = {*scheduled, *(name.rpartition(".")[2] for name in (DRAIN, REPLAY)), "mailbox"}
    [named] = re.findall(r"^\| `firstcontact_job_failures_total` \| (.+) \|$", PAGE, re.MULTILINE)
    assert set(re.findall(r"`([\w-]+)`", named)) == jobs
    told = PAGE.split("### Jobs fail")[1].split("###")[0]
    assert jobs <= set(re.findall(r"`([\w-]+)`", told))


def test_every_setting_that_is_named_is_one() -> None:
    named = set(
        re.findall(r"\b(?:FIRSTCONTACT_[A-Z]+(?:_[A-Z]+)*|DATABASE_URL|REDIS_URL|TWILIO_[A-Z_]+)\b", PAGE + UNIT)
    )
    assert named
    assert named <= KNOWN


@pytest.mark.parametrize("said", sorted(set(re.findall(r"\bfirstcontact ((?:[a-z]+ ?)+(?:--only \S+)?)", PAGE))))
def test_every_command_that_is_shown_is_one(said: str) -> None:
    """Of what follows the name, as much as are words: `rules history`, `keys create portal`."""
    words = shlex.split(said)
    known = {command.name: command.load() for command in COMMANDS}
    if words[0] not in known:
        assert not said.strip() or f"`firstcontact {said}" not in PAGE
        return
    below = getattr(known[words[0]], "commands", None)
    assert below is None or words[1] in below
    if "--only" in words:
        assert roles(words[-1])


@pytest.mark.parametrize("name", re.findall(r"\b(?:deploy|docs|requirements)/[\w./-]+\w", PAGE))
def test_every_file_that_is_named_is_there(name: str) -> None:
    assert (ROOT / name).is_file()


def test_the_service_runs_a_command_of_ours() -> None:
    [line] = re.findall(r"^ExecStart=(.+)$", UNIT, re.MULTILINE)
    assert line.split()[1:] == ["serve"]
    assert "StateDirectoryMode=0700" in UNIT

"""compose.yaml, the Dockerfile and the settings agree: what one names, the others have."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from router.cli.main import app
from router.doctor.on_settings import weakness
from router.processes.supervisor import ROLES, roles
from router.settings import Settings, environment_name
from tests.servers.image import environment, said, stages

ROOT = Path(__file__).parents[3]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ENGINES = {name: service for name, service in SERVICES.items() if service["image"] == "firstcontact"}
OTHERS = {name: service for name, service in SERVICES.items() if name not in ENGINES}
EXAMPLE = dict(re.findall(r"^([A-Z_]+)=(.*)$", (ROOT / "deploy/env.example").read_text(encoding="utf-8"), re.MULTILINE))
KNOWN = {environment_name(field) for field in Settings.model_fields}
OF_COMPOSE = {"POSTGRES_PASSWORD", "LANDLORD"}
NOT_OURS = {"PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}


def roles_of(service: dict[str, Any]) -> tuple[str, ...]:
    command = service["command"]
    return roles(command[2]) if command[:2] == ["serve", "--only"] else ()


@pytest.mark.parametrize("name", ENGINES)
def test_every_command_is_one(name: str) -> None:
    command = ENGINES[name]["command"]
    assert command[0] in app.commands
    assert command[0] != "serve" or roles_of(ENGINES[name])


def test_every_process_runs_and_those_that_share_work_are_two() -> None:
    running = [role for service in ENGINES.values() for role in roles_of(service)]
    assert set(running) == set(ROLES)
    assert running.count("web") == 2
    assert ENGINES["worker"]["deploy"]["replicas"] == 2


@pytest.mark.parametrize("name", ENGINES)
def test_every_setting_is_one_and_can_be_read(name: str) -> None:
    given = {**EXAMPLE, **ENGINES[name]["environment"]}
    assert set(given) <= KNOWN | OF_COMPOSE
    Settings.model_validate({key: value for key, value in given.items() if key in KNOWN and value})


def test_what_the_image_sets_is_a_setting() -> None:
    assert set(environment()) <= KNOWN | NOT_OURS
    assert environment()["FIRSTCONTACT_PORT"] == said("EXPOSE")
    assert environment()["FIRSTCONTACT_DATA"] == said("WORKDIR")


def test_every_variable_is_in_the_example() -> None:
    used = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "compose.yaml").read_text(encoding="utf-8")))
    assert used <= set(EXAMPLE)
    assert used == OF_COMPOSE


def test_the_examples_secrets_would_be_found_out() -> None:
    placeholders = [EXAMPLE[name] for name in ("FIRSTCONTACT_SECRET_KEY", "POSTGRES_PASSWORD")]
    assert all(weakness(each) for each in placeholders)


@pytest.mark.parametrize("name", ENGINES)
def test_the_engine_changes_nothing_but_its_data(name: str) -> None:
    service = ENGINES[name]
    [user] = re.findall(r"--uid (\d+)", " ".join(words for step, words in stages()[-1] if step == "RUN"))
    data = next(each for each in service["tmpfs"] if each.startswith("/data"))
    assert (service["read_only"], f"uid={user}" in data, "mode=0700" in data) == (True, True, True)
    assert service["cap_drop"] == ["ALL"]


@pytest.mark.parametrize("name", SERVICES)
def test_everything_starts_again_by_itself(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] == ("no" if name == "ask" else "unless-stopped")
    for other, how in (service.get("depends_on") or {}).items() if name in ENGINES else ():
        assert how == {"condition": "service_healthy"}
        assert SERVICES[other]["healthcheck"]["test"][0] == "CMD"


def test_the_proxy_leads_to_every_web_process_and_is_believed() -> None:
    webs = {name for name, service in ENGINES.items() if "web" in roles_of(service)}
    port = environment()["FIRSTCONTACT_PORT"]
    assert set(SERVICES["proxy"]["environment"]["UPSTREAMS"].split()) == {f"{name}:{port}" for name in webs}
    subnet = COMPOSE["networks"]["default"]["ipam"]["config"][0]["subnet"]
    assert {service["environment"]["FIRSTCONTACT_TRUSTED_PROXIES"] for service in ENGINES.values()} == {subnet}


@pytest.mark.parametrize("name", OTHERS)
def test_other_images_are_pinned_to_a_version(name: str) -> None:
    assert re.search(r":\d", OTHERS[name]["image"])


def compose_client() -> list[str] | None:
    """A client that can read a compose file, if there is one."""
    for command in (["docker", "compose"], ["docker-compose"]):
        program = shutil.which(command[0])
        if program and subprocess.run([*command, "version"], capture_output=True, check=False).returncode == 0:
            return command
    return None


@pytest.mark.skipif(compose_client() is None, reason="no compose client on this machine")
def test_a_compose_client_can_read_it(tmp_path: Path) -> None:
    shutil.copy(ROOT / "compose.yaml", tmp_path)
    (tmp_path / ".env").write_text((ROOT / "deploy/env.example").read_text())
    client = compose_client()
    assert client is not None
    done = subprocess.run([*client, "config"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert set(yaml.safe_load(done.stdout)["services"]) >= {"web-1", "web-2", "worker", "scheduler", "poller"}

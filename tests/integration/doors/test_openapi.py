"""The API keeps to its OpenAPI for whatever a machine makes up from it: documented answers, and never a fault."""

from collections.abc import Iterator

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.effort import effort
from tests.integration.doors.client import Doors

pytestmark = pytest.mark.slow
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
TAKE_INPUT = (
    ("POST", "/api/v1/contacts"),
    ("GET", "/api/v1/contacts"),
    ("GET", "/api/v1/contacts/{contact_id}"),
    ("PUT", "/api/v1/announcements/{name}"),
    ("GET", "/api/v1/enquiries"),
    ("GET", "/api/v1/enquiries/{reference}"),
    ("POST", "/api/v1/enquiries/{reference}/actions"),
    ("POST", "/api/v1/replays"),
    ("GET", "/api/v1/replays"),
    ("GET", "/api/v1/replays/{replay_id}"),
    ("GET", "/api/v1/replays/{replay_id}/csv"),
    ("GET", "/api/v1/reports/{name}"),
    ("GET", "/api/v1/rulesets"),
    ("POST", "/api/v1/rulesets"),
    ("GET", "/api/v1/rulesets/diff"),
    ("POST", "/api/v1/rulesets/check"),
    ("GET", "/api/v1/rulesets/{version}"),
    ("POST", "/api/v1/rulesets/{version}/try"),
    ("POST", "/api/v1/rulesets/{version}/rollback"),
    ("POST", "/api/v1/rulesets/drafts"),
    ("GET", "/api/v1/rulesets/drafts/{draft}"),
    ("DELETE", "/api/v1/rulesets/drafts/{draft}"),
    ("PUT", "/api/v1/rulesets/drafts/{draft}/files/{name}"),
    ("DELETE", "/api/v1/rulesets/drafts/{draft}/files/{name}"),
    ("POST", "/api/v1/rulesets/drafts/{draft}/check"),
    ("POST", "/api/v1/rulesets/drafts/{draft}/try"),
    ("POST", "/api/v1/rulesets/drafts/{draft}/submit"),
    ("POST", "/api/v1/rulesets/drafts/{draft}/approve"),
    ("POST", "/api/v1/rulesets/drafts/{draft}/refuse"),
    ("POST", "/api/v1/rulesets/drafts/{draft}/publish"),
)
TAKE_NONE = (
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
    ("GET", "/api/v1/announcements"),
    ("GET", "/api/v1/reports"),
    ("GET", "/api/v1/rulesets/live"),
    ("GET", "/api/v1/rulesets/drafts"),
)
RIGHT, WRONG = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE


@pytest.fixture(scope="module")
def document(doors: Doors) -> "schemathesis.BaseSchema":
    return schemathesis.openapi.from_url(f"{doors.url}/api/v1/openapi.json")


@pytest.fixture(scope="module")
def connection() -> Iterator[requests.Session]:
    """One connection for all that is tried, as an integrator's program has."""
    with requests.Session() as session:
        yield session


@pytest.mark.parametrize(
    "mode,method,path",
    [(RIGHT, *each) for each in TAKE_INPUT + TAKE_NONE] + [(WRONG, *each) for each in TAKE_INPUT],
)
def test_answers_are_as_documented(
    doors: Doors,
    document: "schemathesis.BaseSchema",
    connection: requests.Session,
    mode: "schemathesis.GenerationMode",
    method: str,
    path: str,
) -> None:
    operation = document[path][method]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=effort(12, 30),
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    def check(case: "schemathesis.Case") -> None:
        key = {"Authorization": f"Bearer {doors.key}"}
        case.call_and_validate(headers=key, checks=CHECKS, session=connection)

    check()


def test_every_operation_is_tried(document: "schemathesis.BaseSchema") -> None:
    documented = {
        (method.upper(), path) for path, methods in document.raw_schema["paths"].items() for method in methods
    }
    assert documented - {("GET", "/metrics")} == set(TAKE_INPUT + TAKE_NONE)

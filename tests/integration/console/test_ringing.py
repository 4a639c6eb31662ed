"""Having the customer rung from the page of their enquiry: who may, on which telephone, and what is said if not."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from router.services import Services
from router.store import enquiries
from router.store.engine import begin_read
from router.telephony import clicking
from tests.integration.console.visitor import PASSWORD_HASH, Visitor
from tests.landlord import route_all, shown, take_in
from tests.messages import mail, text_message

Visit = Callable[..., Visitor]
BUTTON = ">Ring the customer</a>"


@pytest.fixture
def able(services: Services) -> Services:
    """Where calls can be made, by a provider at an address where nobody answers."""
    more = {"twilio_account_sid": "AC1", "twilio_auth_token": SecretStr("secret"), "public_url": "http://hub.example"}
    return replace(services, settings=services.settings.model_copy(update=more | {"twilio_api": "http://127.0.0.1:9"}))


def colleague(services: Services, *teams: str) -> Visitor:
    return Visitor(services, url=services.settings.outside_url).signed_in(("colleague",), teams, PASSWORD_HASH)


def enquiry_of(services: Services, inbound: Any) -> dict[str, Any]:
    accepted = take_in(services, inbound)
    route_all(services)
    id_ = shown(services, accepted.contact_id)["decision"]["enquiry"]["id"]
    with begin_read(services.record) as record:
        return enquiries.get(record, [id_])[0]


@pytest.mark.parametrize("teams,offered", [(("repairs",), True), (("complaints",), False)])
def test_the_button_is_there_for_the_teams_of_the_enquiry(
    able: Services,
    teams: tuple[str, ...],
    offered: bool,
) -> None:
    enquiry = enquiry_of(able, text_message("my boiler is broken"))
    page = colleague(able, *teams).get(f"/enquiries/{enquiry['reference']}").text
    assert (BUTTON in page) == offered


def test_there_is_no_button_where_no_calls_can_be_made(services: Services) -> None:
    enquiry = enquiry_of(services, text_message("my boiler is broken"))
    assert BUTTON not in colleague(services, "repairs").get(f"/enquiries/{enquiry['reference']}").text


def test_the_form_says_what_is_missing_and_what_failed(able: Services) -> None:
    enquiry = enquiry_of(able, text_message("my boiler is broken"))
    visitor, path = colleague(able, "repairs"), f"/enquiries/{enquiry['reference']}/ring"
    assert "01632 960002" in visitor.get(path).text
    for fields, said in [
        ({}, "Choose the telephone"),
        ({"phone": "+441632960001"}, "Choose the telephone"),
        ({"phone": "+441632960002"}, clicking.NOT_BEGUN),
    ]:
        answer = visitor.post(path, fields)
        assert (answer.status_code, said in answer.text) == (422, True)


def test_who_left_no_number_cannot_be_rung(able: Services) -> None:
    enquiry = enquiry_of(able, mail("my boiler is broken"))
    assert clicking.NO_NUMBER in colleague(able, "repairs").get(f"/enquiries/{enquiry['reference']}/ring").text

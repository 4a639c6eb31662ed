"""`firstcontact report`: as a table with definitions, as CSV, as JSON; what is asked wrongly is said."""

import pytest

from tests.integration.commands.conftest import Run


def test_report_is_printed_with_its_definitions(live: Run) -> None:
    done = live("report", "first-contact", "--by", "team")
    assert (done.code, done.err) == (0, "")
    assert "within 10 working days of the first contact" in done.out


def test_report_as_rows(live: Run) -> None:
    (row,) = live("report", "transfers", "--json").rows()
    assert (row["group"], row["transferred_of"], row["transferred_percent"]) == ("all", 0, None)
    assert live("report", "times", "--csv").out.startswith("group,enquiries,to_owner_count")


@pytest.mark.parametrize(
    "arguments,said",
    [
        (("moods",), "There is no report moods"),
        (("times", "--by", "mood"), "there is no mood"),
        (("times", "--since", "yesterday"), "--since: yesterday is not a day"),
        (("times", "--since", "0001-01-01"), "too far away"),
        (("times", "--since", "2026-02-02", "--until", "2026-02-01"), "--since: The first day is after the last one"),
    ],
)
def test_report_that_cannot_be_made(live: Run, arguments: tuple[str, ...], said: str) -> None:
    done = live("report", *arguments)
    assert (done.code, said in done.err) == (2, True), done.err

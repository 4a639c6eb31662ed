"""`firstcontact customers`: previewed without a trace, taken in once, and every bad row listed."""

from pathlib import Path

import pytest

from tests.integration.commands.conftest import Run

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "tests" / "cases" / "customers" / "sample.csv"
HEADER = "reference,name,adjustments,phones,emails\n"
ROWS = len(SAMPLE.read_text().splitlines()) - 1


def test_sample_is_previewed_taken_in_and_known_the_next_time(run: Run) -> None:
    def counts(command: str) -> dict[str, object]:
        done = run("customers", command, SAMPLE, "--json", FIRSTCONTACT_CONFIG=ROOT / "config")
        assert done.code == 0, done.err
        (row,) = done.rows()
        assert row.pop("problems") == []
        return row

    new = {"new": ROWS, "changed": 0, "unchanged": 0, "left_out": 0}
    known = {"new": 0, "changed": 0, "unchanged": ROWS, "left_out": 0}
    assert [counts(command) for command in ("preview", "preview", "import", "import", "preview")] == [
        new,
        new,
        new,
        known,
        known,
    ]


def test_changed_row_is_seen_and_written(live: Run) -> None:
    assert live("customers", "import", "-", stdin=HEADER + "A1,Ada,,07700 900101,\nA2,Bob,,,\n").code == 0
    done = live("customers", "import", "-", "--json", stdin=HEADER + "A1,Ada,no-telephone,,\nA2,Bob,,,\n")
    (row,) = done.rows()
    assert (row["new"], row["changed"], row["unchanged"]) == (0, 1, 1)


@pytest.mark.parametrize(
    "rows,left_out,said",
    [
        ("A1,Ada,,,\n", 0, ""),
        (",Ada,,,\n", 1, "line 2, reference: is empty"),
        ("A1,,,,\n", 1, "line 2, name: is empty"),
        ("A1,Ada,,,\nA1,Bob,,,\n", 1, "line 3, reference: stands in an earlier row already"),
        ("A1,Ada,,,,,extra\n", 1, "line 2, row: has more fields"),
        ("A1\n", 1, "line 2, name: is empty"),
        (f"A1,{'x' * 20_000},,,\n", 1, "line 2, name: is longer"),
        ("A1,Ada,unheard-of,,\n", 0, "line 2, adjustments: unheard-of is not in the catalogue"),
        ("A1,Ada,,nonsense,\n", 0, "line 2, phones: cannot be read"),
        ("A1,Ada,,,nonsense\n", 0, "line 2, emails: cannot be read"),
        ('A1,"Ada\nLovelace",,,\n,Bob,,,\n', 1, "line 4, reference: is empty"),
        ("A1,Zoë 😀,,,\n", 0, ""),
    ],
)
def test_bad_row_is_listed_and_holds_up_nobody(live: Run, rows: str, left_out: int, said: str) -> None:
    done = live("customers", "import", "-", stdin=HEADER + rows + "Z9,Zed,,,\n")
    assert done.code == (1 if left_out else 0)
    assert f"{left_out} left out." in done.out
    assert said in done.err
    again = live("customers", "preview", "-", "--json", stdin=HEADER + "Z9,Zed,,,\n")
    assert again.rows()[0]["unchanged"] == 1


@pytest.mark.parametrize(
    "content,said",
    [
        (b"", "no column reference"),
        (b"name\nAda\n", "no column reference"),
        (b"reference,name,fax\n", "No such column: fax"),
        (b"reference;name\nA1;Ada\n", "no column"),
        (b"\x00\x01\x02", "no column"),
        (b"PK\x03\x04" + bytes(range(256)) * 4, "no column"),
    ],
)
def test_file_that_is_no_customer_file_is_used_wrongly(live: Run, content: bytes, said: str) -> None:
    done = live("customers", "preview", "-", stdin=content)
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("command", ["preview", "import"])
def test_file_that_is_not_there(live: Run, command: str) -> None:
    done = live("customers", command, "/nowhere.csv")
    assert (done.code, done.err) == (2, "/nowhere.csv: cannot be read (No such file or directory)\n")


@pytest.mark.parametrize("content", [b"\xef\xbb\xbfreference,name\nA1,Zo\xc3\xab\n", b"reference,name\nA1,Zo\xeb\n"])
def test_file_of_a_spreadsheet_is_read(live: Run, content: bytes) -> None:
    assert live("customers", "import", "-", stdin=content).out.startswith("Imported: 1 new")

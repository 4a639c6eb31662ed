"""What is written together: operations that run apart are in no transaction with others, and nobody is passed over."""

from concurrent.futures import Future

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from router.store.batch import AnyOperation, Lanes, Ticket, apart


def one(_: Connection, items: list[int]) -> list[int]:
    return items


def other(_: Connection, items: list[int]) -> list[int]:
    return items


@apart
def alone(_: Connection, items: list[int]) -> list[int]:
    return items


@apart
def alike(_: Connection, items: list[int]) -> list[int]:
    return items


SORTS: tuple[set[AnyOperation], ...] = ({one, other}, {alone, alike})


@given(st.lists(st.lists(st.sampled_from([one, other, alone, alike]), max_size=6), max_size=8))
def test_no_transaction_has_both_sorts_and_the_first_is_never_left_behind(comes: list[list[AnyOperation]]) -> None:
    lanes, waiting, written = Lanes(), 0, 0
    for arrived in [*comes, *[[]] * 20]:
        for operation in arrived:
            lanes.add(Ticket(operation, waiting, Future(), None))
            waiting += 1
        if not lanes:
            continue
        first = next(iter(lanes._lanes))
        chunks = lanes.chunks()
        together = {chunk[0].operation for chunk in chunks}
        assert chunks[0][0].operation is first
        assert any(together <= sort for sort in SORTS)
        lanes.done(chunks)
        written += sum(map(len, chunks))
    assert (written, bool(lanes)) == (waiting, False)

"""A gate before a row that many transactions hold at once, so that one who wants it alone gets a turn.

PostgreSQL lets new readers join a shared row lock while a writer waits: under a steady stream of orders a stop
would wait for ever. Advisory locks queue in order: whoever comes after the writer waits behind it. Both sides pass
the gate first and take the row lock then; the gate opens with the end of the transaction.
"""

from collections.abc import Iterable

from django.db import connection

GATE_FOR_OTHERS = "SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))"
GATE_FOR_ONE = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


def pass_with_others(table: str, ids: Iterable[int]) -> None:
    """Pass the gates of these rows together with other readers, in the order of their ids."""
    for row_id in sorted(ids):
        _pass(GATE_FOR_OTHERS, table, row_id)


def pass_alone(table: str, row_id: int) -> None:
    """Wait until everybody before us has left, and keep everybody else out."""
    _pass(GATE_FOR_ONE, table, row_id)


def gate_of(table: str, row_id: int) -> str:
    """Return the name of a row's gate, for who passes it within a statement of their own."""
    return f"{table}:{row_id}"


def _pass(statement: str, table: str, row_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [gate_of(table, row_id)])

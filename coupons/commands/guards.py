"""Guarded statements: each decides by the rows that it touches, and all of a command travel together.

Sent one by one, the hottest rows would be held for one journey to the database after the other. PostgreSQL runs the
statements of one message in their order, each on what was committed when it begins, as if it had come alone. Where
one touches no row the command is refused, and what the later ones did goes back with the rest of the transaction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from pricing.engine.errors import Refusal
from pricing.gate import GATE_FOR_OTHERS, gate_of
from pricing.prepared import execute_all
from pricing.transactions import locking


@dataclass(frozen=True, slots=True)
class Guard:
    """One statement that has to touch a row. `locks` is its kind in LOCK_ORDER, empty where it waits for nobody.

    `refusal` is called only when no row was touched and may read, in the same transaction, what the reason was. It is a
    Refusal for the customer, or an exception that the caller handles.
    """

    locks: str
    sql: str
    values: tuple[object, ...]
    refusal: Callable[[], Exception]


def never() -> Refusal:
    """The refusal of a statement that always touches a row."""
    raise AssertionError("a statement without a condition has touched no row")


def gate(table: str, row_id: int) -> Guard:
    """Pass the gate of a row together with others, right before holding the row: see pricing/gate.py."""
    return Guard("", GATE_FOR_OTHERS, (gate_of(table, row_id),), never)


def pass_guards(guards: Sequence[Guard]) -> list[tuple[Any, ...] | None]:
    """Send the statements in one message, in the order of locks; return the first row that each returns, if it does.

    Raises the refusal of the first that touches no row.
    """
    for guard in guards:
        if guard.locks:
            locking(guard.locks)
    with connection.cursor() as cursor:
        execute_all(cursor, [(guard.sql, guard.values) for guard in guards])
        touched, returned = [], []
        for _guard in guards:
            touched.append(cursor.rowcount)
            returned.append(cursor.fetchone() if cursor.description else None)
            cursor.nextset()
    for guard, rows in zip(guards, touched, strict=True):
        if not rows:
            raise guard.refusal()
    return returned

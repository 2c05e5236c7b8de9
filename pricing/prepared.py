"""Statements that PostgreSQL parses and plans once for each connection, and not again for each set of values.

They travel as EXECUTE through the usual cursor, as many in one message as one likes, so that transactions, errors and
the log of queries are what they are for every other statement; `cursor.rowcount` and `nextset` tell of each. Only for
texts that are always the same: a connection keeps what it has prepared until it ends.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from hashlib import blake2b
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db.backends.utils import CursorWrapper
from psycopg.adapt import Transformer

Values = Sequence[Any] | Mapping[str, Any]

PLACE = re.compile(r"%\((\w+)\)s|%s|%%")
NAMED_BY = 48  # characters of its text that tell a reader of the log which statement it is

_prepared: WeakKeyDictionary[psycopg.Connection, set[str]] = WeakKeyDictionary()


def execute(cursor: CursorWrapper, sql: str, values: Values) -> None:
    """Run one statement. `sql` and `values` as for `cursor.execute`: all %s or all %(name)s.

    A value is converted to what the statement compares it with or stores it in: give a cast to what may not fit.
    """
    execute_all(cursor, [(sql, values)])


def execute_all(cursor: CursorWrapper, asked: Sequence[tuple[str, Values]]) -> None:
    """Run the statements in their order, sent in one message; the cursor stands at the answer to the first."""
    _prepare(cursor, [sql for sql, _values in asked])
    literal = Transformer(cursor.connection).as_literal
    with cursor.db.wrap_database_errors:  # a value that cannot be written, as a text with a NUL
        message = ";".join([call_of(sql, values, literal) for sql, values in asked])
    cursor.execute(message)


def call_of(sql: str, values: Values, literal: Callable[[Any], bytes]) -> str:
    """Return what is sent for a prepared statement; `literal` writes a value as PostgreSQL reads it."""
    name, _body, order = _statement(sql)
    ordered = [values[key] for key in order] if isinstance(values, Mapping) else values
    written = b",".join([b"NULL" if value is None else literal(value) for value in ordered]).decode()
    return f"EXECUTE {name}({written})" if written else f"EXECUTE {name}"


@cache
def _statement(sql: str) -> tuple[str, str, tuple[str, ...]]:
    """Return name and body of a statement as PostgreSQL knows them, and the names of its values in their order."""
    order: list[str] = []

    def numbered(place: re.Match[str]) -> str:
        if place[0] == "%%":
            return "%"
        name = place[1] or str(len(order))
        if name not in order:
            order.append(name)
        return f"${order.index(name) + 1}"

    body = PLACE.sub(numbered, sql)
    words = re.sub(r"\W+", "_", sql.strip().lower())[:NAMED_BY]
    return f"{words}_{blake2b(sql.encode(), digest_size=6).hexdigest()}", body, tuple(order)


def _prepare(cursor: CursorWrapper, statements: Iterable[str]) -> None:
    """Prepare statements once for each connection. They stay when the transaction is rolled back."""
    known = _prepared.setdefault(cursor.connection, set())
    for sql in statements:
        if sql in known:
            continue
        name, body, _order = _statement(sql)
        with cursor.db.wrap_database_errors:
            cursor.connection.execute(f"PREPARE {name} AS {body}")
        known.add(sql)

"""Test databases are copies of one that was migrated once, and are emptied only of what a test has written.

Migrating an empty database for each process, and truncating every table after each test that commits, would take
longer than the tests themselves.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.test import TransactionTestCase
from psycopg import sql

from promo_site.quick_migrations import quick_migrations

PREFIX = "promo_migrated_"
LOCK = 7_238_104  # any number: one process makes the copy, the others wait for it
# What migrations and the roles fill: it is the same after every test.
KEPT = ("django_migrations", "django_content_type", "auth_permission", "auth_group", "auth_group_permissions")


def copy_migrated_database() -> None:
    """Let this process's test database be a copy; the migrated one is made if there is none of these migrations."""
    name = f"{PREFIX}{_fingerprint()}"
    with own_server() as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        found = {row[0] for row in server.execute("SELECT datname FROM pg_database WHERE datname ^@ %s", [PREFIX])}
        for old in sorted(found - {name}):
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(old)))
        if name not in found:
            _make(server, name)
    connection.settings_dict["TEST"]["TEMPLATE"] = name


def empty_what_was_written(case: TransactionTestCase) -> None:
    """Empty the tables that hold rows, in the place of Django's flush, which truncates all and fills some again."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name not in KEPT]
        asked = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {} WHERE EXISTS (SELECT 1 FROM {})").format(sql.Literal(name), sql.Identifier(name))
            for name in tables
        )
        cursor.execute(asked)
        filled = [row[0] for row in cursor.fetchall()]
        if filled and _may_silence_triggers(cursor):
            gone = [sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in filled]
            silent = sql.SQL("SET session_replication_role = replica")
            loud = sql.SQL("SET session_replication_role = DEFAULT")
            cursor.execute(sql.SQL("; ").join([silent, *gone, loud]))
        elif filled:
            names = sql.SQL(", ").join(map(sql.Identifier, filled))
            cursor.execute(sql.SQL("TRUNCATE {} CASCADE").format(names))


def _may_silence_triggers(cursor: Any) -> bool:
    """A superuser, as in the servers that come with the tests. TRUNCATE takes a file operation for each table."""
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    return cursor.fetchone()[0]


def _fingerprint() -> str:
    """What tells whether a migrated database is up to date: the migrations' text, and Django's version."""
    digest = hashlib.sha256(django.__version__.encode())
    for path in sorted(Path(settings.BASE_DIR).glob("*/migrations/*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def own_server() -> psycopg.Connection:
    told = connection.get_connection_params() | {"dbname": "postgres"}
    told = {key: told[key] for key in ("dbname", "user", "password", "host", "port") if key in told}
    return psycopg.connect(**told, autocommit=True)


def _make(server: psycopg.Connection, name: str) -> None:
    """Make it under another name first: one that is half made must not be taken for done."""
    unfinished = "promo_unfinished"
    with empty_database(server, unfinished), quick_migrations():
        call_command("migrate", verbosity=0, interactive=False)
    names = (sql.Identifier(unfinished), sql.Identifier(name))
    server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))


@contextmanager
def empty_database(server: psycopg.Connection, name: str) -> Iterator[None]:
    """Connect Django with a new database of that name until the block ends; the database stays."""
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
    server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    own = connection.settings_dict["NAME"]
    connections.close_all()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = own

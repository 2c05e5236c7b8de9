"""The one clock that decides at commit: the database's, the same for every web and worker process."""

from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """Return the present instant as PostgreSQL sees it (not the start of the transaction)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]

"""Write one row of a ledger at most once: its unique key makes a repeated command harmless."""

from django.db import connection
from django.db.models import Model


def book_once(entry: Model) -> bool:
    """Insert an entry unless its unique key is there already; tell whether it is new.

    A twin that is still running is waited for. The entry does not learn its primary key.
    """
    fields = [field for field in entry._meta.concrete_fields if not field.primary_key]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    values = [field.get_db_prep_save(getattr(entry, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(entry._meta.db_table)} ({columns}) "
            f"VALUES ({', '.join(['%s'] * len(values))}) ON CONFLICT DO NOTHING",
            values,
        )
        return cursor.rowcount == 1

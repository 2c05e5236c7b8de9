"""Tell every process that what may be sold at which price has changed."""

from django.db import connection


def turn_page() -> None:
    """Count the book revision up, inside the transaction that changes an offer."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO pricing_bookrevision (id, number) VALUES (1, 1) "
            "ON CONFLICT (id) DO UPDATE SET number = pricing_bookrevision.number + 1"
        )

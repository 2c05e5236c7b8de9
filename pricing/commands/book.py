"""Tell every process that what may be sold at which price has changed."""

from django.db import connection


def turn_page() -> None:
    """Give the book a number it never had, inside the transaction that changes an offer.

    The number comes from the clock, always upwards: a number seen in a transaction that was rolled back is
    never given to other content, so a process may keep what it compiled under a number.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO pricing_bookrevision (id, number) VALUES (1, extract(epoch FROM clock_timestamp()) * 1000000) "
            "ON CONFLICT (id) DO UPDATE SET number = GREATEST(pricing_bookrevision.number + 1, EXCLUDED.number)"
        )

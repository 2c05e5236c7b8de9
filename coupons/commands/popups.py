"""A pop-up comes to a customer at most once within its time."""

from datetime import datetime, timedelta

from django.db import connection

from pricing.transactions import command

NOTE = """
INSERT INTO coupons_popupshown AS shown (claim_campaign_id, customer_id, at) VALUES (%s, %s, %s)
ON CONFLICT (claim_campaign_id, customer_id) DO UPDATE SET at = EXCLUDED.at WHERE shown.at <= %s
"""


@command
def note_popup(*, claim_campaign_id: int, customer_id: int, rest: timedelta, at: datetime) -> bool:
    """Note that a customer sees a pop-up; False if they have seen it less than `rest` ago. One statement decides."""
    with connection.cursor() as cursor:
        cursor.execute(NOTE, (claim_campaign_id, customer_id, at, at - rest))
        return bool(cursor.rowcount)

"""Members who have risen to a level, whichever way: the database notes each change, and here gifts look at them."""

from functools import partial

from django.db import connection, transaction

from coupons.commands.gift_giving import give_due
from coupons.lifecycle import ReviewedState
from coupons.models import Occasion
from coupons.risk.origin import UNKNOWN_HOURS
from pricing.transactions import command

MOST_AT_ONCE = 10_000
GIVEN_AT_ONCE = 20  # right after the change; of more, the timer gives the rest
# A level that is not known has the lowest rank of all, as somebody without one.
NOTE_RISES = """
WITH changed AS (
    DELETE FROM campaigns_levelchange WHERE id IN (
        SELECT id FROM campaigns_levelchange WHERE customer_id = COALESCE(%(customer)s, customer_id)
        ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED
    ) RETURNING customer_id, before, after, at
)
INSERT INTO coupons_giftdue (gift_id, customer_id, occasion, at, refused, figures, device_hours)
SELECT gift.id, changed.customer_id, 'level:' || changed.after, changed.at, '', '{}', %(unknown)s
FROM changed
JOIN campaigns_memberlevel reached ON reached.code = changed.after
LEFT JOIN campaigns_memberlevel former ON former.code = changed.before
JOIN coupons_membergift gift ON gift.occasion = %(rise)s AND gift.state = %(approved)s
JOIN coupons_membergiftrevision terms ON terms.id = gift.current_revision_id AND terms.level = changed.after
WHERE reached.rank > COALESCE(former.rank, -1) AND terms.starts_at <= changed.at AND changed.at < terms.ends_at
ON CONFLICT (gift_id, customer_id, occasion) DO NOTHING
RETURNING id
"""


@command
def note_rises(*, customer_id: int | None = None) -> int:
    """Note who has risen since the last time, once for each gift and level; return how many gifts are due.

    Only a rise is an occasion. Whoever takes a change off the list has it alone; what is due is given at commit.
    """
    named = {
        "customer": customer_id,
        "most": MOST_AT_ONCE,
        "unknown": UNKNOWN_HOURS,
        "rise": Occasion.LEVEL_UP,
        "approved": ReviewedState.APPROVED,
    }
    with connection.cursor() as cursor:
        cursor.execute(NOTE_RISES, named)
        due_ids = [row[0] for row in cursor.fetchall()]
    for due_id in due_ids[:GIVEN_AT_ONCE]:
        transaction.on_commit(partial(give_due, due_id), robust=True)
    return len(due_ids)

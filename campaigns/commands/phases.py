"""Write one row for every phase that a campaign has entered; what was missed is caught up once, in order.

A thousand campaigns that start at one second cost as many statements as one. The book is not turned: it holds what is
scheduled, and the engine judges periods at every quote.
"""

from datetime import datetime

from django.db import connection

from campaigns.models import CampaignRevision, PhaseChange
from campaigns.selectors.due_phases import due_revisions, phases_to_note
from pricing.timers import one_by_one
from pricing.transactions import command

TURN = 7_301  # names this use of advisory locks
ROWS_AT_ONCE = 1_000


@command
def note_phases(*, at: datetime) -> int:
    """Note what campaigns have entered until `at`; return how many rows are new.

    One that fails keeps no other waiting. Nothing to do while another worker is at it.
    """
    if not _is_my_turn():
        return 0
    due = due_revisions(at)
    rows: list[PhaseChange] = []
    one_by_one(due.revisions, lambda revision: rows.extend(_rows(revision, due.used_up, at)))
    # In the order in which it happened, over all campaigns.
    rows.sort(key=lambda row: (row.due_at, row.campaign_id))
    PhaseChange.objects.bulk_create(rows, ROWS_AT_ONCE, ignore_conflicts=True)
    return len(rows)


def _is_my_turn() -> bool:
    """Orders hold the rows of busy campaigns all the time, so workers agree by an advisory lock instead."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, 0)", [TURN])
        return cursor.fetchone()[0]


def _rows(revision: CampaignRevision, used_up: set[int], at: datetime) -> list[PhaseChange]:
    phases = phases_to_note(revision, used_up=revision.campaign_id in used_up, at=at)
    return [
        PhaseChange(campaign_id=revision.campaign_id, revision=revision, phase=phase, due_at=due_at, seen_at=at)
        for phase, due_at in phases
    ]

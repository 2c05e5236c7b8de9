"""Writing segments: two people who change two of them at once cannot make a circle."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection

from campaigns.audience.tree import load_tree
from campaigns.models import Segment
from campaigns.selectors.segments import check_known, check_no_circle
from pricing.transactions import command

CIRCLES = 7_302  # names this use of advisory locks


@command
def save_segment(segment: Segment, *, by: AbstractBaseUser, at: datetime) -> Segment:
    """Store a segment; its first author owns it. Raises WrongAudience for unknown things and for circles.

    Campaigns keep what it meant when they were written: it can be changed without changing what was approved.
    """
    one_at_a_time()
    tree = load_tree(segment.tree)
    check_known(tree)
    check_no_circle(tree, segment=segment if segment.pk else None)
    if segment.pk is None:
        segment.owner, segment.created_at = by, at
    segment.changed_at = at
    segment.save()
    return segment


def one_at_a_time() -> None:
    """Let changes of what may form a circle pass one after the other, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CIRCLES])

"""Store a list of SKUs as the rows of a draft: a hundred thousand in a few statements, all or none."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.auth.models import AbstractBaseUser

from campaigns.commands.auditing import differences, note_edit
from campaigns.commands.drafting import own_draft
from campaigns.commands.sku_rows import insert_sku_rows
from campaigns.commands.transitions import MoveRefused
from campaigns.models import CampaignRevision, CampaignSku
from campaigns.selectors.content import said_in_short
from campaigns.selectors.sku_rows import digest_of, stored_rows
from campaigns.sku_list.judging import Entry
from pricing.clock import database_now
from pricing.engine.messages import N_
from pricing.transactions import command

CHANGED_SINCE = N_(
    "The SKUs of this draft have been changed since the list was handed in: look at them, and try it anew."
)


@command
def write_sku_list(
    *,
    revision_id: int,
    entries: Sequence[Entry],
    by: AbstractBaseUser,
    keep_others: bool = False,
    seen: str | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> None:
    """Make the SKU rows of a draft what the entries say; `keep_others`: rows of other SKUs stay as they are.

    `seen`: the digest of the rows that they were to replace; with others in their place nothing is written, unless they
    are what the entries say: a worker that begins anew finds its own work done. Raises MoveRefused for other rows, and
    if it is no draft or somebody else's.
    """
    revision = own_draft(CampaignRevision.objects.select_for_update().get(pk=revision_id), by)
    rows = stored_rows(revision) if seen is not None else []
    if seen is not None and digest_of(rows) != seen:
        if not _is_written(rows, entries, keep_others=keep_others):
            raise MoveRefused(CHANGED_SINCE)
        return
    before = said_in_short(revision, ["skus"])
    old = revision.skus.all()
    if keep_others:
        old = old.filter(sku__in=[entry.sku_id for entry in entries])
    old._raw_delete(old.db)  # nothing hangs on these rows, so none is looked at
    insert_sku_rows(CampaignSku, revision.pk, entries, progress=progress)
    changes = differences(before, said_in_short(revision, ["skus"]))
    note_edit(revision.campaign, changes=changes, by=by, at=database_now())


def _is_written(rows: Sequence[tuple[Any, ...]], entries: Sequence[Entry], *, keep_others: bool) -> bool:
    """Tell whether the stored rows are what the entries say already."""
    stored = {row[0]: row for row in rows}
    is_whole = keep_others or len(rows) == len(entries)
    return is_whole and all(stored.get(entry.sku_id) == entry for entry in entries)

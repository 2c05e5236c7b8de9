"""Store a list of SKUs as the rows of a draft: a hundred thousand in a few statements, all or none."""

from collections.abc import Callable, Sequence

from django.contrib.auth.models import AbstractBaseUser

from campaigns.commands.auditing import differences, note_edit
from campaigns.commands.drafting import own_draft
from campaigns.commands.sku_rows import insert_sku_rows
from campaigns.models import CampaignRevision, CampaignSku
from campaigns.selectors.content import said_in_short
from campaigns.sku_list.judging import Entry
from pricing.clock import database_now
from pricing.transactions import command


@command
def write_sku_list(
    *,
    revision_id: int,
    entries: Sequence[Entry],
    by: AbstractBaseUser,
    keep_others: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> None:
    """Make the SKU rows of a draft what the entries say; `keep_others`: rows of other SKUs stay as they are.

    Raises MoveRefused if it is no draft or somebody else's.
    """
    revision = own_draft(CampaignRevision.objects.select_for_update().get(pk=revision_id), by)
    before = said_in_short(revision, ["skus"])
    old = revision.skus.all()
    if keep_others:
        old = old.filter(sku__in=[entry.sku_id for entry in entries])
    old._raw_delete(old.db)  # nothing hangs on these rows, so none is looked at
    insert_sku_rows(CampaignSku, revision.pk, entries, progress=progress)
    changes = differences(before, said_in_short(revision, ["skus"]))
    note_edit(revision.campaign, changes=changes, by=by, at=database_now())

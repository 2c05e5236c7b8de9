"""Campaigns that stay ended once they are sold out."""

from collections.abc import Collection
from datetime import datetime

from campaigns.commands.transitions import CAMPAIGNS, locked_subject
from campaigns.models import CampaignRevision, SoldOut
from campaigns.selectors.stock import used_up_campaigns
from pricing.commands.book import turn_page
from pricing.ledger import book_once
from pricing.transactions import command


@command
def keep_ended(campaign_ids: Collection[int], *, at: datetime) -> None:
    """Write down which of these are sold out for good, before stock, gifts or budget come back to them.

    Until something comes back nothing needs to be written: they have nothing left to give. One query for most; those
    that may stay ended are held alone, so that no order takes the last piece unseen, or one that comes back.
    """
    staying = CampaignRevision.objects.filter(current_of__in=campaign_ids, stays_ended=True, sold_out=None)
    held = staying.order_by("campaign").values_list("campaign", flat=True)
    if not [locked_subject(CAMPAIGNS, campaign_id) for campaign_id in held]:
        return
    revisions = list(staying.prefetch_related("scopes").order_by("pk"))
    used_up = used_up_campaigns(revisions, for_good=True)
    ended = [row for row in revisions if row.campaign_id in used_up and book_once(SoldOut(revision=row, at=at))]
    if ended:
        turn_page()

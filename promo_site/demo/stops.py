"""A pause and a withdrawal that are asked for, so that a second person finds something to decide."""

from datetime import datetime

from campaigns.commands.interventions import Wish, ask_for
from campaigns.models import CampaignRevision, CampaignSku, Deed
from campaigns.selectors.interventions import skus_still_in, touched
from campaigns.selectors.running import running_revisions
from promo_site.demo.people import staff


def ask_for_stops(*, at: datetime) -> None:
    """Ask to take one SKU out of a campaign with several, and to pause another one."""
    running = sorted(running_revisions(at), key=lambda row: row.campaign_id)
    first = next(row for row in running if CampaignSku.objects.filter(revision=row, excluded=False).count() > 1)
    other = next(row for row in reversed(running) if row != first)
    out = skus_still_in(first)[:1]
    _ask(first, Deed.WITHDRAW, "The tag in the shop window says another price.", out.values_list("pk", flat=True), at)
    _ask(other, Deed.PAUSE, "The carrier is on strike until Monday.", (), at)


def _ask(revision: CampaignRevision, deed: str, reason: str, skus: object, at: datetime) -> None:
    among = skus_still_in(revision)
    sku_ids = frozenset(skus)
    carts = touched(revision.campaign, among.filter(pk__in=sku_ids) if sku_ids else among).carts
    wish = Wish(deed=deed, reason=reason, sku_ids=sku_ids, carts=carts)
    ask_for(campaign_id=revision.campaign_id, wish=wish, by=staff("operator"), at=at)

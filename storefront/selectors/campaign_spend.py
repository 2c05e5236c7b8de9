"""What orders have got from campaigns so far; campaigns ask for it through campaigns.sources."""

from collections.abc import Collection

from django.db.models import Count, Sum
from django.db.models.functions import Coalesce

from campaigns.sources import Spend
from storefront.models import DiscountShare, ShareReversal


def campaign_spend(campaign_ids: Collection[int]) -> dict[int, Spend]:
    """Orders and net discount by campaign id; what was cancelled or refunded is taken off. Two queries."""
    shares = DiscountShare.objects.filter(campaign_revision__campaign__in=campaign_ids).order_by()
    given = shares.values_list("campaign_revision__campaign").annotate(
        orders=Count(Coalesce("order_line__order", "order_shipping__order"), distinct=True), cents=Sum("amount_cents")
    )
    reversals = ShareReversal.objects.filter(share__campaign_revision__campaign__in=campaign_ids).order_by()
    taken_back = dict(reversals.values_list("share__campaign_revision__campaign").annotate(cents=Sum("amount_cents")))
    return {
        campaign: Spend(orders=orders, discount_cents=cents - taken_back.get(campaign, 0))
        for campaign, orders, cents in given
    }

"""What an order has used of each campaign, read from its discount shares."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Sum

from campaigns.models import CampaignRevision
from storefront.models import DiscountShare, Order


@dataclass(slots=True)
class CampaignUse:
    """Units by order line that got the price of one campaign, and the whole discount in cents."""

    revision: CampaignRevision
    units: dict[int, int] = field(default_factory=dict)
    discount_cents: int = 0

    @property
    def pieces(self) -> int:
        return sum(self.units.values())


def shares_of(order: Order) -> list[DiscountShare]:
    """All shares of an order, of lines and shipping, with what they belong to and what was taken back. One query."""
    own = DiscountShare.objects.filter(order_line__order=order) | DiscountShare.objects.filter(
        order_shipping__order=order
    )
    related = own.select_related("order_line", "order_shipping", "campaign_revision__campaign", "coupon__revision")
    return list(related.annotate(reversed_cents=Sum("reversals__amount_cents", default=0)).order_by("pk"))


def campaign_uses(shares: Iterable[DiscountShare]) -> list[CampaignUse]:
    """Uses by campaign id, as the order was placed. Only lines that really cost less count as units at its price."""
    uses: dict[int, CampaignUse] = {}
    for share in shares:
        revision = share.campaign_revision
        if revision is None or share.refund_id or not share.amount_cents:
            continue
        use = uses.setdefault(revision.campaign_id, CampaignUse(revision))
        use.discount_cents += share.amount_cents
        if share.order_line is not None:
            use.units[share.order_line_id] = share.order_line.quantity
    return [uses[campaign_id] for campaign_id in sorted(uses)]


def all_uses(order: Order, shares: Iterable[DiscountShare]) -> list[CampaignUse]:
    """`campaign_uses` and those of campaigns that gave gifts or rewards: the order counts. Two queries."""
    uses = {use.revision.campaign_id: use for use in campaign_uses(shares)}
    for rows in (order.gifts, order.rewards):
        for row in rows.select_related("campaign_revision"):
            uses.setdefault(row.campaign_revision.campaign_id, CampaignUse(row.campaign_revision))
    return [uses[campaign_id] for campaign_id in sorted(uses)]


def skus_by_line(shares: Iterable[DiscountShare]) -> Mapping[int, int]:
    return {share.order_line_id: share.order_line.sku_id for share in shares if share.order_line is not None}

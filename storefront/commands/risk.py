"""Orders that get a campaign with a risk profile are judged before they are placed."""

from datetime import datetime

from campaigns.models import Campaign
from coupons.commands.risk import assess
from coupons.risk.attempt import Attempt
from coupons.risk.origin import Origin
from coupons.risk.signals import ORDER
from storefront.priced import Priced

Judged = frozenset[tuple[int, str]]  # (campaign id, code of its risk profile)


class Unassessed(Exception):
    """An order gets campaigns that a risk profile judges, and nobody has asked yet: ask outside of the transaction."""

    def __init__(self, judged: Judged, customer_id: int | None) -> None:
        super().__init__(judged)
        self.judged = judged
        self.customer_id = customer_id


def judged_in(priced: Priced) -> Judged:
    """Return the campaigns that this order gets and a risk profile judges."""
    campaigns = priced.page.campaigns
    applied = [campaigns[row.offer] for row in priced.quote.applied if row.offer in campaigns]
    return frozenset((revision.campaign_id, revision.risk_profile) for revision in applied if revision.risk_profile)


def assess_order(asked: Unassessed, *, order_key: object, cart_id: int, origin: Origin, at: datetime) -> None:
    """Let risk control look at an order, once for each campaign. Raises NotNow or UnderReview.

    An order that is sent again is the same attempt; what people decide about is the customer in the campaign.
    """
    who = asked.customer_id or f"cart{cart_id}"
    for campaign_id, profile in sorted(asked.judged):
        attempt = Attempt(
            act=ORDER,
            kind=Campaign._meta.label_lower,
            object_id=campaign_id,
            customer_id=asked.customer_id,
            key=f"order:{campaign_id}:{order_key}",
            origin=origin,
            profiles=(profile,),
            topic=f"order:{campaign_id}:{who}",
        )
        assess(attempt, at=at)

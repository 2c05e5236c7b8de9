"""Count what one customer has used of a campaign, and never past the personal limit."""

from datetime import datetime

from django.db import connection
from django.db.models import F

from campaigns.models import CampaignRevision, LimitUse
from campaigns.selectors.facts import PLENTY
from campaigns.selectors.limit_day import limit_day
from pricing.engine.errors import Refusal, ReturnsTooMany
from pricing.engine.messages import N_
from pricing.transactions import command, locking

USE_GUARDED = """
INSERT INTO campaigns_limituse AS counted (campaign_id, customer_id, period, used_units, used_orders)
VALUES (%(campaign)s, %(customer)s, %(period)s, %(units)s, 1)
ON CONFLICT (campaign_id, customer_id, period) DO UPDATE
SET used_units = counted.used_units + %(units)s, used_orders = counted.used_orders + 1
WHERE counted.used_units + %(units)s <= %(limit_units)s AND counted.used_orders + 1 <= %(limit_orders)s
"""


class LimitReached(Refusal):
    """The customer has bought as much at the price of this campaign as one person may."""


@command
def use_limit(
    *, campaign_id: int, customer_id: int | None, units: int, at: datetime, revision: CampaignRevision
) -> None:
    """Count one order with all its pieces at the price of this campaign. Nothing to do without a limit.

    Raises LimitReached, also for a guest: who buys cannot be told then. Call it once per order and campaign.
    """
    if revision.limit_units is None and revision.limit_orders is None:
        return
    if customer_id is None:
        raise LimitReached(N_("Sign in to buy at this price: it is limited per person."))
    limit_units = PLENTY if revision.limit_units is None else revision.limit_units
    limit_orders = PLENTY if revision.limit_orders is None else revision.limit_orders
    locking("personal_limit")
    if (
        units > limit_units
        or limit_orders < 1
        or not _count(
            campaign=campaign_id,
            customer=customer_id,
            period=limit_day(revision.limit_period, at),
            units=units,
            limit_units=limit_units,
            limit_orders=limit_orders,
        )
    ):
        raise LimitReached(N_("You have reached the limit per person of this promotion."))


@command
def give_back_limit(
    *,
    campaign_id: int,
    customer_id: int | None,
    units: int,
    orders: int,
    placed_at: datetime,
    revision: CampaignRevision,
) -> None:
    """Give pieces back, and the order itself (`orders` = 1) where nothing of it is left at this price.

    `placed_at` is the time of the order and `revision` the one it was priced with: the day it was counted on.
    Raises ReturnsTooMany if more would come back than was counted.
    """
    if customer_id is None or (revision.limit_units is None and revision.limit_orders is None):
        return
    locking("personal_limit")
    counted = LimitUse.objects.filter(
        campaign=campaign_id,
        customer=customer_id,
        period=limit_day(revision.limit_period, placed_at),
        used_units__gte=units,
        used_orders__gte=orders,
    )
    if not counted.update(used_units=F("used_units") - units, used_orders=F("used_orders") - orders):
        raise ReturnsTooMany(N_("Fewer pieces of this promotion were counted for this customer."))


def _count(**values: int | str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(USE_GUARDED, values)
        return cursor.rowcount == 1

"""Count what one customer has bought of single SKUs at the price of a campaign, and never past their own limits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import F

from campaigns.commands.limits import LimitReached
from campaigns.models import CampaignRevision, CampaignSku, SkuLimitUse
from campaigns.selectors.limit_day import limit_day
from pricing.engine.errors import ReturnsTooMany
from pricing.engine.messages import N_
from pricing.transactions import command, locking

USE_GUARDED = """
INSERT INTO campaigns_skulimituse AS counted (campaign_id, customer_id, sku_id, period, used_units)
VALUES (%(campaign)s, %(customer)s, %(sku)s, %(period)s, %(units)s)
ON CONFLICT (campaign_id, customer_id, sku_id, period) DO UPDATE
SET used_units = counted.used_units + %(units)s
WHERE counted.used_units + %(units)s <= %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Bought:
    """Pieces by SKU id that an order bought, or sends back, at the price of one revision."""

    revision: CampaignRevision
    units: Mapping[int, int]


@command
def use_sku_limits(bought: Iterable[Bought], *, customer_id: int | None, at: datetime) -> None:
    """Count the pieces of the SKUs that have a limit of their own. One query, and one more for each such SKU.

    Raises LimitReached, also for a guest: who buys cannot be told then. Call it once per order.
    """
    for row, units, revision in _limited(bought):
        if customer_id is None:
            raise LimitReached(N_("Sign in to buy at this price: it is limited per person."))
        asked = {
            "campaign": revision.campaign_id,
            "customer": customer_id,
            "sku": row.sku_id,
            "period": limit_day(revision.limit_period, at),
            "units": units,
            "limit": row.limit_units,
        }
        locking("personal_limit")
        if units > row.limit_units or not _count(asked):
            raise LimitReached(N_("You have reached the limit per person of this promotion."))


@command
def give_back_sku_limits(returned: Iterable[Bought], *, customer_id: int | None, placed_at: datetime) -> None:
    """Give pieces back to the day on which the order was placed. Raises ReturnsTooMany for more than was counted."""
    if customer_id is None:
        return
    for row, units, revision in _limited(returned):
        counted = SkuLimitUse.objects.filter(
            campaign=revision.campaign_id,
            customer=customer_id,
            sku=row.sku_id,
            period=limit_day(revision.limit_period, placed_at),
            used_units__gte=units,
        )
        locking("personal_limit")
        if not counted.update(used_units=F("used_units") - units):
            raise ReturnsTooMany(N_("Fewer pieces of this promotion were counted for this customer."))


def _limited(moved: Iterable[Bought]) -> list[tuple[CampaignSku, int, CampaignRevision]]:
    """Return the rows with a limit among what is moved, in the one order in which they are locked."""
    by_revision = {bought.revision.pk: bought for bought in moved if any(bought.units.values())}
    rows = CampaignSku.objects.filter(
        revision__in=by_revision,
        sku__in={sku for bought in by_revision.values() for sku in bought.units},
        excluded=False,
        limit_units__isnull=False,
    ).order_by("revision__campaign", "sku")
    found = [(row, by_revision[row.revision_id]) for row in rows]
    return [(row, units, bought.revision) for row, bought in found if (units := bought.units.get(row.sku_id))]


def _count(asked: Mapping[str, object]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(USE_GUARDED, asked)
        return cursor.rowcount == 1

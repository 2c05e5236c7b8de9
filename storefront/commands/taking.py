"""What an order takes from its campaigns, and gives back: personal limits, budgets, activity stock, in this order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from campaigns.commands.budget import charge_budget, give_back_budget
from campaigns.commands.limits import give_back_limit, use_limit
from campaigns.commands.stock import Units, give_back_all_units, take_all_units
from storefront.models import Order
from storefront.selectors.uses import CampaignUse, campaign_uses, shares_of, skus_by_line


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What comes back of one campaign: units by order line, cents, and whether nothing of the order is left in it."""

    use: CampaignUse
    units: Mapping[int, int]
    cents: int
    whole_order: bool


def take_for(order: Order) -> None:
    """Count everything that the written order uses. Raises LimitReached, BudgetSpent or OutOfStock."""
    shares, at = shares_of(order), order.placed_at
    uses, skus = campaign_uses(shares), skus_by_line(shares)
    for use in uses:
        if use.pieces:
            use_limit(
                campaign_id=use.revision.campaign_id,
                customer_id=order.customer_id,
                units=use.pieces,
                at=at,
                revision=use.revision,
            )
    source = f"order:{order.number}"
    for use in uses:
        charge_budget(campaign_id=use.revision.campaign_id, amount_cents=use.discount_cents, source=source, at=at)
    wanted = [unit for use in uses for unit in _units(use.revision.campaign_id, use.units, skus, source)]
    take_all_units(wanted, at=at)


def give_back(order: Order, backs: Iterable[GivenBack], *, skus: Mapping[int, int], source: str, at: datetime) -> None:
    """The mirror of `take_for`; `source` names the cancellation or refund, which counts once."""
    backs = list(backs)
    for back in backs:
        if back.use.pieces:
            _give_back_limit(order, back)
    for back in backs:
        give_back_budget(
            campaign_id=back.use.revision.campaign_id, amount_cents=back.cents, source=source, at=at
        )
    returned = [unit for back in backs for unit in _units(back.use.revision.campaign_id, back.units, skus, source)]
    give_back_all_units(returned, at=at)


def give_back_everything(order: Order, *, source: str, at: datetime) -> None:
    """Nothing was paid: all comes back."""
    shares = shares_of(order)
    backs = [GivenBack(use, use.units, use.discount_cents, whole_order=True) for use in campaign_uses(shares)]
    give_back(order, backs, skus=skus_by_line(shares), source=source, at=at)


def _give_back_limit(order: Order, back: GivenBack) -> None:
    units = sum(back.units.values())
    if not units and not back.whole_order:
        return
    give_back_limit(
        campaign_id=back.use.revision.campaign_id,
        customer_id=order.customer_id,
        units=units,
        orders=int(back.whole_order),
        placed_at=order.placed_at,
        revision=back.use.revision,
    )


def _units(campaign_id: int, units: Mapping[int, int], skus: Mapping[int, int], source: str) -> Iterable[Units]:
    """One entry per order line: a limit may have split a SKU over several."""
    for line_id, count in sorted(units.items()):
        yield Units(campaign_id, skus[line_id], count, f"{source}:{line_id}")

"""What an order takes, and gives back: personal limits, budgets, activity stock, gifts, goods, in this order."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from campaigns.commands.budget import charge_budget, give_back_budget
from campaigns.commands.ending import keep_ended
from campaigns.commands.gifts import give_back_gifts, take_gifts
from campaigns.commands.limits import give_back_limit, use_limit
from campaigns.commands.sku_limits import Bought, give_back_sku_limits, use_sku_limits
from campaigns.commands.stock import Units, give_back_all_units, take_all_units
from campaigns.models import CampaignBudgetEntry, CampaignRevision
from pricing.models import MovementKind
from storefront.commands.shelf import put_on_shelf, sold_units, take_from_shelf, write_off
from storefront.models import Order
from storefront.selectors.uses import CampaignUse, all_uses, shares_of, skus_by_line


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What comes back of one campaign: units by order line, cents, and whether nothing of the order is left in it."""

    use: CampaignUse
    units: Mapping[int, int]
    cents: int
    whole_order: bool


@dataclass(frozen=True, slots=True)
class Returning:
    """A cancellation or refund by the name under which it counts once; `lost`: its goods are not sold again.

    `pieces` of the order lines come back with it, by SKU id; gifts are not among them.
    """

    source: str
    at: datetime
    pieces: Mapping[int, int]
    lost: bool = False


def take_for(order: Order) -> None:
    """Count everything that the written order uses.

    Raises LimitReached, BudgetSpent, OutOfStock or NotEnoughOnHand.
    """
    shares, at = shares_of(order), order.placed_at
    uses, skus = all_uses(order, shares), skus_by_line(shares)
    for use in uses:
        use_limit(
            campaign_id=use.revision.campaign_id,
            customer_id=order.customer_id,
            units=use.pieces,
            at=at,
            revision=use.revision,
        )
    own = [_bought(use.revision, use.units, skus) for use in uses]
    use_sku_limits(own, customer_id=order.customer_id, at=at)
    source = _source_of(order)
    for use in uses:
        if cents := use.discount_cents:
            charge_budget(campaign_id=use.revision.campaign_id, amount_cents=cents, source=source, at=at)
    reserved = take_all_units(
        [
            Units(use.revision.campaign_id, skus[line_id], units, f"{source}:{line_id}")
            for use in uses
            for line_id, units in use.units.items()
        ],
        at=at,
    )
    gifts = _gifts_of(order, source)
    take_from_shelf(order, gifts, reserved=reserved + take_gifts(gifts, at=at), source=source)


def give_back(
    order: Order, backs: Iterable[GivenBack], *, skus: Mapping[int, int], returning: Returning
) -> Counter[int]:
    """The mirror of `take_for`, without gifts and goods; returns how many pieces are reserved again, by SKU id."""
    source, at = returning.source, returning.at
    backs, taken_as = list(backs), _source_of(order)
    keep_ended({back.use.revision.campaign_id for back in backs}, at=at)
    for back in backs:
        _give_back_limit(order, back)
    own = [_bought(back.use.revision, back.units, skus) for back in backs]
    give_back_sku_limits(own, customer_id=order.customer_id, placed_at=order.placed_at)
    for back in backs:
        campaign_id = back.use.revision.campaign_id
        # A budget set after the order was never charged for it.
        if CampaignBudgetEntry.objects.filter(campaign=campaign_id, source=taken_as).exists():
            give_back_budget(campaign_id=campaign_id, amount_cents=back.cents, source=source, at=at)
    # What was not counted when it was sold is no piece that could be reserved.
    uncounted = set(skus.values()) - set(sold_units(taken_as))
    return give_back_all_units(
        [
            Units(back.use.revision.campaign_id, skus[line_id], units, f"{source}:{line_id}", f"{taken_as}:{line_id}")
            for back in backs
            for line_id, units in back.units.items()
        ],
        at=at,
        pieces=returning.pieces,
        lost=returning.lost,
        uncounted=uncounted,
    )


def give_back_everything(order: Order, *, source: str, at: datetime) -> None:
    """Nothing was paid: all comes back, gifts and goods included."""
    shares, taken_as = shares_of(order), _source_of(order)
    backs = [GivenBack(use, use.units, use.discount_cents, whole_order=True) for use in all_uses(order, shares)]
    returning = Returning(source, at, pieces_of(order.lines.values_list("sku", "quantity")))
    reserved = give_back(order, backs, skus=skus_by_line(shares), returning=returning)
    gifts, sold = _gifts_of(order, source), sold_units(taken_as)
    reserved += give_back_gifts(gifts, at=at, uncounted={gift.sku_id for gift in gifts} - set(sold))
    put_on_shelf(
        kind=MovementKind.CANCELLATION,
        units=sold,
        reserved=reserved,
        taken_as=taken_as,
        act=(source, at),
    )


def give_back_goods(
    order: Order, units: Mapping[int, int], *, reserved: Mapping[int, int], returning: Returning
) -> None:
    """Goods that were paid come back, by SKU id: to the shelf, or to be written off."""
    taken_as, source, at = _source_of(order), returning.source, returning.at
    if returning.lost:
        write_off(units=units, taken_as=taken_as, source=source, at=at)
        return
    put_on_shelf(kind=MovementKind.RETURN, units=units, reserved=reserved, taken_as=taken_as, act=(source, at))


def pieces_of(lines: Iterable[tuple[int, int]]) -> Counter[int]:
    """Sum what lines hold, each with its SKU id and its pieces, by SKU id."""
    pieces: Counter[int] = Counter()
    for sku_id, units in lines:
        pieces[sku_id] += units
    return +pieces


def _gifts_of(order: Order, source: str) -> list[Units]:
    gifts = order.gifts.select_related("campaign_revision")
    return [Units(gift.campaign_revision.campaign_id, gift.sku_id, gift.quantity, source) for gift in gifts]


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


def _bought(revision: CampaignRevision, units: Mapping[int, int], skus: Mapping[int, int]) -> Bought:
    """Sum the units of order lines by SKU."""
    by_sku: Counter[int] = Counter()
    for line_id, pieces in units.items():
        by_sku[skus[line_id]] += pieces
    return Bought(revision, by_sku)


def _source_of(order: Order) -> str:
    """The name under which ledgers know what the order took; every line adds its own number."""
    return f"order:{order.number}"

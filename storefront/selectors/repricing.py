"""The goods that are kept, priced again: under the order's own document, with the offers that the order used.

What a kept line has of a giver's discount becomes what the new price gives it: too much is taken back and lowers the
refund, too little is added and raises it. An offer gives no more of its budget, and of pieces that it counts, than the
order still holds.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from campaigns.models import CampaignBudgetEntry, RefundPolicy
from coupons.models import Coupon
from pricing.engine.carrying import Giver, Goods, KeptLine, carried
from pricing.engine.document import parse_document
from pricing.engine.facts import ANY_SKU, Facts
from pricing.engine.keeping import price_kept
from pricing.engine.layers import Layer
from pricing.engine.quote import Quote
from storefront.lifecycle import RefundState
from storefront.models import DiscountShare, Fault, Order
from storefront.selectors.refund_parts import AddedShare, RefundLineQuote, RefundShippingQuote, ReversedShare


def is_repriced(order: Order, shares: Iterable[DiscountShare]) -> bool:
    """Whether an offer that still gives something says that goods which are kept are priced again.

    Not after a return at the seller's fault: what it left with the goods kept stays there. One query at most.
    """
    if not order.document:
        return False  # an order of the past, that came without one
    giving = {giver_of(share).offer for share in shares if share.amount_cents > share.reversed_cents}
    offers = order.document["input"]["offers"]
    if not any(row["id"] in giving and row.get("refund_policy") == RefundPolicy.REPRICE for row in offers):
        return False
    return not order.refunds.filter(state=RefundState.APPROVED, fault=Fault.SELLER).exists()


def priced_again(
    order: Order, back: Sequence[RefundLineQuote], shares: Sequence[DiscountShare], coupons: Iterable[Coupon]
) -> tuple[tuple[RefundLineQuote, ...], int]:
    """Return the lines of the refund as the new price has them, and the cents that the refund cannot bear.

    `back`: the lines as they were without a new price. Lines of which nothing comes back are there where they lose
    or gain a discount.
    """
    returned = {row.line.pk: row for row in back}
    lines = list(order.lines.order_by("position"))
    rows = [returned.get(line.pk) or RefundLineQuote(line, 0, 0, ()) for line in lines]
    kept = [KeptLine(_goods(placed), _kept(row)) for row, placed in zip(rows, _placed(order), strict=True)]
    quote = _price(order, kept, shares, coupons)
    wanted = _within_what_coupons_gave(carried(kept, quote), shares)
    moved = [
        _moved(row, [share for share in shares if share.order_line_id == row.line.pk], carries)
        for row, carries in zip(rows, wanted, strict=True)
    ]
    bearable, missing_cents = _bearable(moved)
    return tuple(row for row in bearable if row.units or row.amount_cents), missing_cents


def emptied_coupons(
    coupons: Iterable[Coupon],
    shares: Iterable[DiscountShare],
    back: Sequence[RefundLineQuote],
    shipping: Iterable[RefundShippingQuote],
) -> tuple[Coupon, ...]:
    """Return the coupons that give nothing to the order any more: their whole discount has been taken back."""
    given: Counter[int | None] = Counter()
    for share in shares:
        given[share.coupon_id] += share.amount_cents - share.reversed_cents
    for taken in (taken for row in (*back, *shipping) for taken in row.reversed):
        given[taken.share.coupon_id] -= taken.cents
    for added in (added for row in back for added in row.added):
        given[coupon_id_of(added.giver)] += added.cents
    return tuple(coupon for coupon in coupons if not given[coupon.pk])


def coupon_id_of(giver: Giver) -> int | None:
    return int(giver.coupon.partition(":")[2]) if giver.coupon else None


def _price(order: Order, kept: Iterable[KeptLine], shares: Iterable[DiscountShare], coupons: Iterable[Coupon]) -> Quote:
    document = parse_document(order.document["input"])
    used = _offers_used(order)
    narrowed = replace(
        document,
        offers=tuple(offer for offer in document.offers if offer.id in used),
        facts=_held_facts(order, document.facts, kept, shares),
    )
    return price_kept(narrowed, _by_input_line(order, kept), [coupon.offer_id for coupon in coupons])


def _held_facts(order: Order, facts: Facts, kept: Sequence[KeptLine], shares: Sequence[DiscountShare]) -> Facts:
    """Return the facts of the order with what it still holds in the place of what was left when it was placed."""
    pieces = _held_pieces(kept, shares)
    of_offer: Counter[str] = Counter()
    for (offer, _sku), units in pieces.items():
        of_offer[offer] += units
    return replace(
        facts,
        units_left={key: of_offer[key[0]] if key[1] == ANY_SKU else pieces[key] for key in facts.units_left},
        uses_left={offer: of_offer[offer] for offer in facts.uses_left},
        sku_uses_left={key: pieces[key] for key in facts.sku_uses_left},
        budget_left_cents={**facts.budget_left_cents, **_held_budgets(order, shares)},
    )


def _held_pieces(kept: Sequence[KeptLine], shares: Iterable[DiscountShare]) -> Counter[tuple[str, str]]:
    """How many pieces are kept that got the price of an offer when the order was placed, by offer and SKU."""
    lowered = {
        (giver_of(share).offer, share.order_line.position)
        for share in shares
        if share.order_line and share.amount_cents and not share.refund_id
    }
    held: Counter[tuple[str, str]] = Counter()
    for offer, position in lowered:
        line = kept[position - 1]
        held[offer, line.goods.sku] += line.units
    return held


def _held_budgets(order: Order, shares: Iterable[DiscountShare]) -> Mapping[str, int]:
    """What the order still holds of the budgets that it was charged to, by offer."""
    source = f"order:{order.number}"
    charged = set(CampaignBudgetEntry.objects.filter(source=source).values_list("campaign", flat=True))
    held: Counter[str] = Counter()
    for share in shares:
        if share.campaign_revision and share.campaign_revision.campaign_id in charged:
            held[share.campaign_revision.campaign.offer_id] += share.amount_cents - share.reversed_cents
    return held


def _within_what_coupons_gave(carries: list[Counter[Giver]], shares: Iterable[DiscountShare]) -> list[Counter[Giver]]:
    """A coupon's budget was settled with what it took off: it gives no more of it, the last lines go without."""
    held: Counter[Giver] = Counter()
    for share in shares:
        held[giver_of(share)] += share.amount_cents - share.reversed_cents
    for line in carries:
        for giver in [giver for giver in line if giver.coupon]:
            line[giver] = min(line[giver], held[giver])
            held[giver] -= line[giver]
    return carries


def _moved(row: RefundLineQuote, shares: Sequence[DiscountShare], wanted: Mapping[Giver, int]) -> RefundLineQuote:
    """Return the line with what it loses and gains, so that it carries what the new price wants."""
    taken = {back.share.pk: back.cents for back in row.reversed}
    missing = Counter(wanted)
    reversals: list[ReversedShare] = []
    for share in reversed(shares):  # what was added last goes first
        giver = giver_of(share)
        held_cents = share.amount_cents - share.reversed_cents - taken.get(share.pk, 0)
        stays_cents = min(held_cents, missing[giver])
        missing[giver] -= stays_cents
        reversals.append(ReversedShare(share, taken.get(share.pk, 0) + held_cents - stays_cents))
    added = tuple(AddedShare(giver, cents) for giver, cents in missing.items() if cents)
    lost_cents = sum(back.cents for back in reversals) - sum(taken.values())
    return replace(
        row,
        amount_cents=row.amount_cents - lost_cents + sum(share.cents for share in added),
        reversed=tuple(reversals[::-1]),
        added=added,
    )


def _bearable(rows: Sequence[RefundLineQuote]) -> tuple[list[RefundLineQuote], int]:
    """Leave kept goods as much of their discount as the refund cannot bear: nobody has to pay for sending back.

    Discounts do not move then, they only shrink: no offer may end with more than the order holds of it.
    """
    missing_cents = max(0, -sum(row.amount_cents for row in rows))
    if not missing_cents:
        return list(rows), 0
    rows = [_without_added(row) for row in rows]
    found, left_cents = [], -sum(row.amount_cents for row in rows)
    for row in rows:
        given_back_cents = min(left_cents, max(0, -row.amount_cents))
        left_cents -= given_back_cents
        found.append(_forgiven(row, given_back_cents))
    return found, missing_cents


def _without_added(row: RefundLineQuote) -> RefundLineQuote:
    return replace(row, amount_cents=row.amount_cents - sum(share.cents for share in row.added), added=())


def _forgiven(row: RefundLineQuote, cents: int) -> RefundLineQuote:
    kept, left_cents = [], cents
    for back in row.reversed:
        spared_cents = min(left_cents, back.cents)
        left_cents -= spared_cents
        kept.append(replace(back, cents=back.cents - spared_cents))
    return replace(row, amount_cents=row.amount_cents + cents, reversed=tuple(kept))


def _offers_used(order: Order) -> set[str]:
    return {row["offer"] for row in order.document["quote"]["applied"]}


def _placed(order: Order) -> list[dict[str, Any]]:
    """The lines of the quote that was agreed to; the order has them in the same order."""
    return order.document["quote"]["lines"]


def _goods(placed: Mapping[str, Any]) -> Goods:
    return Goods(placed["shop"], placed["sku"], placed["list_cents"])


def _by_input_line(order: Order, kept: Iterable[KeptLine]) -> Counter[str]:
    """Units kept of each line of the cart; of lines that were priced as one, the first ones keep theirs first."""
    units: Counter[str] = Counter()
    for line, placed in zip(kept, _placed(order), strict=True):
        left = line.units
        for key, bought in placed["parts"]:
            units[key] += min(left, bought)
            left -= min(left, bought)
    return units


def _kept(row: RefundLineQuote) -> int:
    return row.line.quantity - row.line.returned - row.units


def giver_of(share: DiscountShare) -> Giver:
    coupon = share.coupon.offer_id if share.coupon else None
    offer = share.coupon.revision.offer_id if share.coupon else share.campaign_revision.campaign.offer_id
    return Giver(offer, coupon, Layer(share.layer), share.funder)

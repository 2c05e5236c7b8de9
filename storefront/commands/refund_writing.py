"""An approved refund as reversing entries: units, shares, money, coupons, and what campaigns get back."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from campaigns.models import CampaignRevision
from coupons.commands.recalling import LOST
from coupons.commands.returning import Losing, return_coupons
from pricing.engine.errors import ReturnsTooMany
from pricing.engine.messages import N_
from storefront.commands.rewards import lose_rewards
from storefront.commands.taking import GivenBack, Returning, give_back, give_back_goods, pieces_of
from storefront.models import (
    DiscountShare,
    EntryKind,
    Goods,
    Order,
    OrderLine,
    OrderShipping,
    PaymentEntry,
    Refund,
    ShareReversal,
)
from storefront.selectors.refund_parts import RefundQuote
from storefront.selectors.repricing import coupon_id_of
from storefront.selectors.uses import campaign_uses, skus_by_line


def carry_out(order: Order, refund: Refund, quote: RefundQuote, *, at: datetime) -> None:
    """Write everything that the refund moves; the caller holds the order and has decided."""
    _take_units_back(quote)
    _take_shipping_back(quote)
    Order.objects.filter(pk=order.pk).update(refunded_cents=F("refunded_cents") + refund.amount_cents)
    ShareReversal.objects.bulk_create(
        ShareReversal(share=row.share, refund=refund, amount_cents=row.cents, at=at) for row in quote.reversed
    )
    _move_discounts(refund, quote)
    _pay_back(order, refund, at)
    losing = Losing(lose_rewards(refund, quote.rewards, at=at), LOST, at)
    _move_coupons(order, refund, quote, losing)
    pieces = pieces_of((row.line.sku_id, row.units) for row in quote.lines)
    returning = Returning(f"refund:{order.number}:{refund.pk}", at, pieces, lost=refund.goods == Goods.WRITTEN_OFF)
    reserved = give_back(order, _backs(quote), skus=skus_by_line(quote.shares), returning=returning)
    give_back_goods(order, pieces, reserved=reserved, returning=returning)


def _move_discounts(refund: Refund, quote: RefundQuote) -> None:
    """Write what a new price gives to goods that are kept, after the shares that their lines have had before."""
    revisions = _revisions_by_offer(quote)
    taken = Counter(share.order_line_id for share in quote.shares)
    DiscountShare.objects.bulk_create(
        DiscountShare(
            order_line=row.line,
            sequence=taken[row.line.pk] + place,
            campaign_revision=None if added.giver.coupon else revisions[added.giver.offer],
            coupon_id=coupon_id_of(added.giver),
            layer=added.giver.layer.value,
            funder=added.giver.funder,
            amount_cents=added.cents,
            refund=refund,
        )
        for row in quote.lines
        for place, added in enumerate(row.added, start=1)
    )


def _move_coupons(order: Order, refund: Refund, quote: RefundQuote, losing: Losing) -> None:
    """Whether a coupon has expired is judged at the time of the request."""
    back = [coupon.pk for coupon in quote.coupons_back]
    reason = "refunded in full" if quote.is_full else "the goods kept were priced without it"
    return_coupons(order_key=order.key, at=refund.requested_at, reason=reason, only=back, losing=losing)


def _take_units_back(quote: RefundQuote) -> None:
    for row in quote.lines:
        held = OrderLine.objects.filter(pk=row.line.pk, returned__lte=F("quantity") - row.units)
        counted = held.update(returned=F("returned") + row.units, refunded_cents=F("refunded_cents") + row.amount_cents)
        if not counted:
            raise ReturnsTooMany(N_("The shopper does not hold that many pieces any more."), field="units")


def _take_shipping_back(quote: RefundQuote) -> None:
    for row in quote.shipping:
        paid = OrderShipping.objects.filter(pk=row.order_shipping.pk)
        paid.update(refunded_cents=F("refunded_cents") + row.amount_cents)


def _pay_back(order: Order, refund: Refund, at: datetime) -> None:
    """To where the money came from; an order of nothing to pay has nothing to give back."""
    if not refund.amount_cents:
        return
    payment = order.entries.get(kind=EntryKind.PAYMENT)
    PaymentEntry.objects.create(
        order=order,
        kind=EntryKind.REFUND,
        amount_cents=-refund.amount_cents,
        provider=payment.provider,
        reference=f"refund:{order.number}:{refund.pk}",
        refund=refund,
        at=at,
    )


def _backs(quote: RefundQuote) -> Iterable[GivenBack]:
    """What each campaign of the order gets back of units, orders and budget."""
    units = {row.line.pk: row.units for row in quote.lines if row.units}
    emptied = {row.line.pk for row in quote.lines if row.empties_line}
    given = [share for share in quote.shares if share.amount_cents and not share.refund_id]
    kept = {_campaign_of(share) for share in given if not _is_back(share, emptied, quote)}
    fees = {_campaign_of(row.share) for fee in quote.shipping for row in fee.reversed}
    cents = _cents_back(quote)
    for use in campaign_uses(quote.shares):
        campaign_id = use.revision.campaign_id
        back = {line_id: units[line_id] for line_id in use.units if line_id in units}
        yield GivenBack(
            use=use,
            units=back,
            cents=cents[campaign_id],
            whole_order=campaign_id not in kept and bool(back or campaign_id in fees),
        )


def _cents_back(quote: RefundQuote) -> Counter[int | None]:
    """What each campaign has been given back of its discount, less what has moved to goods that are kept."""
    cents: Counter[int | None] = Counter()
    for row in quote.reversed:
        cents[_campaign_of(row.share)] += row.cents
    revisions = _revisions_by_offer(quote)
    for line in quote.lines:
        for added in line.added:
            if not added.giver.coupon:
                cents[revisions[added.giver.offer].campaign_id] -= added.cents
    return cents


def _revisions_by_offer(quote: RefundQuote) -> dict[str, CampaignRevision]:
    revisions = (share.campaign_revision for share in quote.shares)
    return {revision.campaign.offer_id: revision for revision in revisions if revision}


def _campaign_of(share: DiscountShare) -> int | None:
    return share.campaign_revision.campaign_id if share.campaign_revision else None


def _is_back(share: DiscountShare, emptied: set[int], quote: RefundQuote) -> bool:
    """Whether nothing of the line, or of the shop whose shipping it is, is kept after this refund."""
    if share.order_shipping is not None:
        return share.order_shipping.shop_id in quote.emptied_shops
    line = share.order_line
    return line.pk in emptied or line.returned == line.quantity

"""Placing an order: the shopper pays what was shown, or is told what has changed and nothing is written."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError

from campaigns.commands.budget import BudgetSpent
from campaigns.commands.holding import CampaignChanged, hold_campaigns
from campaigns.commands.limits import LimitReached
from campaigns.commands.stock import OutOfStock
from campaigns.models import Customer, LimitIdentity
from coupons.commands.redemption import lock_coupons, use_coupons
from coupons.refusals import CouponUnavailable
from coupons.risk.origin import NOWHERE, Origin
from pricing.clock import database_now
from pricing.commands.on_hand import NotEnoughOnHand
from pricing.engine.messages import N_
from pricing.transactions import command, locking
from storefront.commands.order_writing import Placement, write_order
from storefront.commands.risk import Judged, Orderer, Unassessed, assess_order, check_assessed
from storefront.commands.taking import take_for
from storefront.models import Cart, CartLine, Order
from storefront.priced import Priced
from storefront.quoting import price_cart_row
from storefront.refusals import CartIsEmpty, KeyReused, NoneLeft, PriceChanged, SignInFirst, SoldOut, VerifyPhoneFirst
from storefront.shown import differences, names_of, what_is_left

# Somebody else was faster between the quote and the guards: quote again, and only then say no.
LOST_RACES = (OutOfStock, LimitReached, BudgetSpent, CampaignChanged, CouponUnavailable, NotEnoughOnHand)
ATTEMPTS = 4  # one of them only finds out what risk control has to judge


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets the goods, where."""

    name: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class _Request:
    cart_id: int
    agreed_fingerprint: str
    key: UUID
    recipient: Recipient
    origin: Origin = NOWHERE
    assessed: Judged = frozenset()

    def hash_for(self, cart: Cart) -> str:
        """Tell this request from another one under the same key."""
        body = [str(cart.token), self.agreed_fingerprint, asdict(self.recipient)]
        return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def place_order(
    *, cart_id: int, agreed_fingerprint: str, key: UUID, recipient: Recipient, origin: Origin = NOWHERE
) -> Order:
    """Order what is in the cart at the quote that the shopper agreed to, and empty the cart of it.

    Safe to repeat: the same key with the same request returns the same order. An order of nothing to pay is
    paid at once. Raises CartIsEmpty, PriceChanged (with the new quote and the differences), SignInFirst,
    VerifyPhoneFirst, KeyReused, NoneLeft, SoldOut; NotNow or UnderReview by risk control; then nothing was ordered.
    """
    request = _Request(cart_id, agreed_fingerprint, key, recipient, origin)
    for _attempt in range(ATTEMPTS):
        try:
            return _place(request)
        except Unassessed as asked:
            assess_order(asked, at=database_now())
            request = replace(request, assessed=request.assessed | asked.judged)
        except LOST_RACES:
            _refuse_if_changed(request)
        except IntegrityError:
            if Order.objects.filter(key=key).exists():
                raise _key_reused() from None
            raise
    raise SoldOut(N_("Many shoppers want this at the same moment. Nothing was ordered: please try again."))


@command
def _place(request: _Request) -> Order:
    cart = _lock_customer_and_cart(request.cart_id)
    if placed := Order.objects.filter(key=request.key).first():
        return _repeated(placed, request.hash_for(cart))
    at = database_now()
    priced = price_cart_row(cart=cart, at=at)
    _check(priced, request)
    orderer = Orderer(cart.customer_id, cart.pk, request.key, request.origin)
    check_assessed(priced, request.assessed, orderer, at=at)
    placement = Placement(
        key=request.key,
        request_hash=request.hash_for(cart),
        recipient=asdict(request.recipient),
        placed_at=at,
        pay_by=at + timedelta(minutes=settings.ORDER_PAY_MINUTES),
    )
    _keep_coupons(priced, cart, placement)
    hold_campaigns(editions=_editions_in(priced), at=at)
    order = write_order(cart=cart, priced=priced, placement=placement)
    take_for(order)
    _empty(cart, priced)
    return order


def _lock_customer_and_cart(cart_id: int) -> Cart:
    customer_id = Cart.objects.filter(pk=cart_id).values_list("customer", flat=True).first()
    customer = None
    if customer_id is not None:
        locking("customer")
        customer = Customer.objects.select_for_update().get(pk=customer_id)
    locking("cart")
    cart = Cart.objects.select_for_update().filter(pk=cart_id).first()
    if cart is None:
        raise _nothing_to_order()
    cart.customer = customer
    return cart


def _repeated(placed: Order, request_hash: str) -> Order:
    if placed.request_hash != request_hash:
        raise _key_reused()
    return placed


def _check(priced: Priced, request: _Request) -> None:
    if not priced.cart.lines:
        raise _none_left(priced) if priced.short else _nothing_to_order()
    if priced.quote.fingerprint != request.agreed_fingerprint:
        raise _price_changed(priced, request)
    if needed := sign_in_needed(priced):
        raise needed


def sign_in_needed(priced: Priced) -> SignInFirst | VerifyPhoneFirst | None:
    """Return why this shopper cannot order this: a limit per person needs a person. None if they can."""
    shopper = priced.cart.shopper
    limited = sorted(row.offer for row in priced.quote.applied if _is_limited(row.offer, priced))
    if limited and shopper.id is None:
        named = priced.page.name_of(limited[0])
        return SignInFirst(N_("Please sign in: “%(offer)s” is limited per person."), offer=named)
    by_phone = [offer for offer in limited if priced.page.campaigns[offer].limit_identity == LimitIdentity.PHONE]
    if by_phone and not shopper.phone_verified:
        text = N_("“%(offer)s” is limited per verified phone. Please have your phone number verified by our service.")
        return VerifyPhoneFirst(text, offer=priced.page.name_of(by_phone[0]))
    return None


def _is_limited(offer: str, priced: Priced) -> bool:
    """Whether the campaign, or a SKU that got its price, is limited per person."""
    revision = priced.page.campaigns.get(offer)
    if revision is None:
        return False
    reduced = {line.sku for line in priced.quote.lines if any(share.offer == offer for share in line.shares)}
    own = any((offer, sku) in priced.facts.sku_uses_left for sku in reduced)
    return own or revision.limit_units is not None or revision.limit_orders is not None


def _keep_coupons(priced: Priced, cart: Cart, placement: Placement) -> None:
    coupon_ids = [int(coupon.partition(":")[2]) for coupon in priced.quote.coupons]
    if not coupon_ids:
        return
    lock_coupons(
        coupon_ids=coupon_ids,
        customer_id=cart.customer_id,
        order_key=placement.key,
        deadline=placement.pay_by,
        at=placement.placed_at,
    )
    if not priced.quote.total_cents:
        spent = {int(row.coupon.partition(":")[2]): row.discount_cents for row in priced.quote.applied if row.coupon}
        use_coupons(order_key=placement.key, at=placement.placed_at, spent_cents=spent)


def _editions_in(priced: Priced) -> dict[int, int]:
    """The editions of the campaigns that apply, by the ids of their revisions: as the price was made."""
    campaigns = priced.page.campaigns
    applied = [campaigns[row.offer] for row in priced.quote.applied if row.offer in campaigns]
    return {revision.pk: revision.campaign.edition for revision in applied}


def _empty(cart: Cart, priced: Priced) -> None:
    bought = [int(line.key) for line in priced.cart.lines]
    CartLine.objects.filter(cart=cart, sku__in=bought).delete()
    Cart.objects.filter(pk=cart.pk).update(picked_coupons=None, picked_gifts={})


def _refuse_if_changed(request: _Request) -> None:
    cart = Cart.objects.select_related("customer").filter(pk=request.cart_id).first()
    if cart is None:
        raise _nothing_to_order()
    priced = price_cart_row(cart=cart, at=database_now())
    if priced.quote.fingerprint != request.agreed_fingerprint:
        raise _price_changed(priced, request)


def _price_changed(priced: Priced, request: _Request) -> PriceChanged:
    said = differences(agreed_fingerprint=request.agreed_fingerprint, priced=priced)
    return PriceChanged(priced.quote, said)


def _nothing_to_order() -> CartIsEmpty:
    return CartIsEmpty(N_("There is nothing in the cart that can be ordered."), field="cart")


def _none_left(priced: Priced) -> NoneLeft:
    code, left = next(iter(sorted(priced.short.items())))
    return NoneLeft(what_is_left(left).msgid, field="cart", product=names_of({code})[code], left=left)


def _key_reused() -> KeyReused:
    return KeyReused(N_("This order was sent before with other contents. Please look at your orders."), field="key")

"""Small builders for carts and offers; amounts in cents."""

from datetime import UTC, datetime, timedelta

from pricing.engine.book import compile_book
from pricing.engine.cart import Cart, CartLine, ShippingFee, Shopper
from pricing.engine.choices import Choices
from pricing.engine.facts import Facts, HeldCoupon
from pricing.engine.layers import TERMS, Layer
from pricing.engine.offer import Offer
from pricing.engine.quote import Quote, price_cart
from pricing.engine.registry import load_benefit, load_condition
from pricing.engine.scope import EVERYTHING, Scope

NOON = datetime(2026, 11, 11, 12, tzinfo=UTC)
ITEM_TERMS = frozenset({"item:shop", "item:platform"})
COUPON_TERMS = frozenset({"coupon:shop", "coupon:platform"})


def all_but(*terms: str) -> frozenset[str]:
    """Every stacking term except these."""
    return TERMS - set(terms)


def goods(key: str, list_cents: int, quantity: int = 1, **other) -> CartLine:
    """Return a line of shop `s1` whose SKU is its key."""
    named = {"shop": "s1", "sku": key, "product": key} | other
    return CartLine(key=key, list_cents=list_cents, quantity=quantity, **named)


def cart_of(*lines: CartLine, shopper: Shopper | None = None, fees: dict[str, int] | None = None, **other) -> Cart:
    """Return a cart at noon."""
    shipping = tuple(ShippingFee(shop, fee) for shop, fee in (fees or {}).items())
    named = {"at": NOON} | other
    return Cart(lines=lines, shopper=shopper or Shopper(), shipping=shipping, **named)


def offer(code: str, rule: str, params: dict | None = None, **other) -> Offer:
    """Return an order offer of the platform that combines with every other layer, unless told otherwise."""
    layer = Layer(other.pop("layer", Layer.ORDER))
    owner = other.pop("owner", "platform")
    term = f"{layer}:{'platform' if owner == 'platform' else 'shop'}"
    named = {
        "name": code,
        "scope": EVERYTHING,
        "combines_with": all_but(term),
    } | other
    named["conditions"] = tuple(load_condition(*condition) for condition in named.get("conditions", ()))
    return Offer(id=code, layer=layer, owner=owner, benefit=load_benefit(rule, params or {}), **named)


def reduction(code: str, threshold_cents: int, off_cents: int, **other) -> Offer:
    """满减: `off_cents` from `threshold_cents` on."""
    every = {"every": True} if other.pop("every", False) else {}
    return offer(
        code, "spend_tiers", {"tiers": [{"threshold_cents": threshold_cents, "off_cents": off_cents}], **every}, **other
    )


def coupon_offer(code: str, threshold_cents: int, off_cents: int, **other) -> Offer:
    """A template: `off_cents` from `threshold_cents` on."""
    return reduction(code, threshold_cents, off_cents, layer=Layer.COUPON, **other)


def held(code: str, template: str, **other) -> HeldCoupon:
    """Return a coupon that is valid for a day around noon."""
    named = {"valid_from": NOON - timedelta(days=1), "valid_until": NOON + timedelta(days=1)} | other
    return HeldCoupon(id=code, offer=template, **named)


def skus(*codes: str) -> Scope:
    """Return a scope of these SKUs."""
    return Scope(skus=frozenset(codes))


def price(cart: Cart, *offers: Offer, facts: Facts | None = None, choices: Choices | None = None, **other) -> Quote:
    """Price the cart with these offers."""
    return price_cart(cart, compile_book(offers), facts or Facts(), choices or Choices(), **other)


def reason_of(quote: Quote, code: str) -> tuple[str, dict]:
    """Return why the offer, or coupon, does not apply."""
    found = next(row for row in quote.not_applied if code in (row.offer, row.coupon))
    return found.reason.code, dict(found.reason.figures)


def share_sums(quote: Quote) -> list[int]:
    """Return what each line gets off, in the order of lines."""
    return [sum(share.cents for share in line.shares) for line in quote.lines]

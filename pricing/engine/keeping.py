"""What is kept with an order, so that its price can be made again years later, or made anew for the goods kept."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pricing.engine.cart import Cart
from pricing.engine.document import CartDocument, price_document
from pricing.engine.errors import ReturnsTooMany
from pricing.engine.facts import ANY_SKU, Facts
from pricing.engine.layers import PLATFORM
from pricing.engine.messages import N_
from pricing.engine.offer import Offer
from pricing.engine.quote import Quote
from pricing.engine.rules import Condition
from pricing.engine.scope import Scope


def kept_document(document: CartDocument) -> CartDocument:
    """Return the document with only what touches its cart: offers narrowed to the cart's SKUs, and their facts.

    Pricing it gives the same lines, shares and total, whatever happens to the offers later.
    """
    offers = narrow(document.offers, document.cart)
    return replace(document, offers=offers, facts=_facts_of(offers, document))


def narrow(offers: Iterable[Offer], cart: Cart) -> tuple[Offer, ...]:
    """Return only the offers that touch the cart, their scopes narrowed to its SKUs."""
    touching = [offer for offer in offers if _touches(offer, cart)]
    return tuple(_narrowed(offer, cart) for offer in sorted(touching, key=lambda offer: offer.id))


def _touches(offer: Offer, cart: Cart) -> bool:
    """What a book says of offers (`Book.touching`), for a few of them: no index is worth it."""
    own = [line for line in cart.lines if offer.owner in (PLATFORM, line.shop)]
    counted = [scope for rule in offer.conditions if (scope := rule.counted_scope())]
    return any(offer.scope.includes(line) for line in own) or any(
        scope.includes(line) for scope in counted for line in cart.lines
    )


def price_kept(document: CartDocument, kept: Mapping[str, int], used_coupons: Iterable[str]) -> Quote:
    """Return what the goods that are kept cost under the order's own document, without shipping.

    `kept`: input line key -> units kept; a line that is not named is not kept. Only the coupons that the order used
    count. Raises ReturnsTooMany where more is kept than was bought.
    """
    bought = {line.key: line for line in document.cart.lines}
    for key, units in kept.items():
        if key not in bought or not 0 <= units <= bought[key].quantity:
            raise ReturnsTooMany(N_("The order does not hold that many units."), field=key)
    lines = tuple(replace(bought[key], quantity=units) for key, units in kept.items() if units)
    used = set(used_coupons)
    coupons = tuple(coupon for coupon in document.facts.coupons if coupon.id in used)
    return price_document(
        replace(
            document,
            cart=replace(document.cart, lines=lines, shipping=()),
            facts=replace(document.facts, coupons=coupons),
            choices=replace(document.choices, coupons=None),
        )
    )


def _facts_of(offers: tuple[Offer, ...], document: CartDocument) -> Facts:
    """Return the facts that these offers and the cart's SKUs ask for."""
    facts, ids = document.facts, {offer.id for offer in offers}
    asked = {line.sku for line in document.cart.lines} | {ANY_SKU}
    return Facts(
        units_left={key: left for key, left in facts.units_left.items() if key[0] in ids and key[1] in asked},
        uses_left={offer: left for offer, left in facts.uses_left.items() if offer in ids},
        sku_uses_left={key: left for key, left in facts.sku_uses_left.items() if key[0] in ids and key[1] in asked},
        budget_left_cents={offer: left for offer, left in facts.budget_left_cents.items() if offer in ids},
        coupons=tuple(coupon for coupon in facts.coupons if coupon.offer in ids),
        gifts_left={key: left for key, left in facts.gifts_left.items() if key[0] in ids},
    )


def _narrowed(offer: Offer, cart: Cart) -> Offer:
    """Narrow an offer; the scope stays where goods that the benefit names would come back that are left out."""
    conditions = tuple(_counting_in(rule, cart) for rule in offer.conditions)
    benefit = offer.benefit.of_skus(frozenset(line.sku for line in cart.lines if offer.scope.meets(line)))
    narrowed = replace(offer, benefit=benefit, scope=_scope_in(offer.scope, cart), conditions=conditions)
    if all(narrowed.scope.meets(line) == offer.scope.meets(line) for line in cart.lines):
        return narrowed
    return replace(offer, benefit=benefit, conditions=conditions)


def _counting_in(rule: Condition, cart: Cart) -> Condition:
    counted = rule.counted_scope()
    return rule.counting(_scope_in(counted, cart)) if counted else rule


def _scope_in(scope: Scope, cart: Cart) -> Scope:
    """Return the SKUs of the cart that a scope means; the scope itself where a SKU alone does not tell."""
    meant = frozenset(line.sku for line in cart.lines if scope.meets(line))
    told_apart = all(scope.meets(line) for line in cart.lines if line.sku in meant)
    return Scope(skus=meant) if told_apart else scope

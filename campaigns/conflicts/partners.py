"""Carts with named partners: what a rule wants to be bought together with a SKU."""

from collections.abc import Iterable, Iterator, Mapping

from campaigns.conflicts.world import Good, Units
from pricing.engine.offer import Offer
from pricing.engine.scope import Scope

MOST_PARTNERS = 3  # of the goods that one scope names: the cheapest to buy are enough to get the others


def baskets_with_partners(good: Good, offers: Iterable[Offer], partners: Mapping[str, Good]) -> list[Units]:
    """Return the smallest carts in which a rule that names several goods gives something and the SKU takes part."""
    found: dict[tuple[tuple[str, int], ...], Units] = {}
    for offer in offers:
        for units in _baskets(good, offer, partners):
            if len(units) > 1:
                found.setdefault(tuple((one.line.sku, pieces) for one, pieces in units), units)
    return list(found.values())


def named_partners(offers: Iterable[Offer]) -> set[str]:
    """Return the codes of the goods that sets name, whether they can be bought or not."""
    return {sku for offer in offers for sku, _ in getattr(offer.benefit, "goods", ())}


def scopes_of_partners(offers: Iterable[Offer]) -> Iterator[Scope]:
    """Yield the scopes of which the cheapest goods are tried as partners."""
    for offer in offers:
        if isinstance(got := getattr(offer.benefit, "get_scope", None), Scope):
            yield from (got, offer.scope)
        yield from (rule.scope for rule in offer.conditions if rule.CODE == "cart_contains")


def _baskets(good: Good, offer: Offer, partners: Mapping[str, Good]) -> Iterator[Units]:
    benefit = offer.benefit
    if goods := getattr(benefit, "goods", None):
        yield from _whole_set(good, dict(goods), partners)
    if isinstance(got := getattr(benefit, "get_scope", None), Scope):
        yield from _bought_and_got(good, offer, got, partners)
    for rule in offer.conditions:
        if rule.CODE == "cart_contains" and offer.scope.meets(good.line):
            others = _cheapest(partners, rule.scope, good)
            yield from (((good, 1), (other, rule.pieces)) for other in others)


def _whole_set(good: Good, goods: Mapping[str, int], partners: Mapping[str, Good]) -> Iterator[Units]:
    if good.line.sku in goods and all(sku in partners for sku in goods if sku != good.line.sku):
        yield tuple((good if sku == good.line.sku else partners[sku], pieces) for sku, pieces in goods.items())


def _bought_and_got(good: Good, offer: Offer, got: Scope, partners: Mapping[str, Good]) -> Iterator[Units]:
    benefit = offer.benefit
    if got.meets(good.line):
        bought = [one for one in _cheapest(partners, offer.scope, good) if not got.meets(one.line)]
        yield from (((good, benefit.get), (one, benefit.buy)) for one in bought)
    elif offer.scope.meets(good.line):
        yield from (((good, benefit.buy), (one, benefit.get)) for one in _cheapest(partners, got, good))


def _cheapest(partners: Mapping[str, Good], scope: Scope, besides: Good) -> list[Good]:
    named = [one for sku, one in partners.items() if scope.meets(one.line) and sku != besides.line.sku]
    return sorted(named, key=lambda one: (one.line.list_cents, one.line.sku))[:MOST_PARTNERS]

"""How deep an offer alone can cut: the worst share of the list price it takes off a cart, with that cart as witness.

Looked at are carts of one SKU, at one unit and at every number and amount that the rule or its conditions name, and
the goods that a rule itself names together. Never-discounted goods and floors are respected.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Greatest, Least

from campaigns.models import Terms
from pricing.engine.benefits.sku_prices import SkuPrices
from pricing.engine.cart import CartLine
from pricing.engine.layers import Layer
from pricing.engine.money import WHOLE_BP
from pricing.engine.offer import Offer
from pricing.engine.rules import Lines
from pricing.models import Sku

MOST_PRICES = 1_000
MOST_PIECES = 10_000
PARTS = ("product__shop", "product__category__parent__parent")


@dataclass(frozen=True, slots=True)
class Depth:
    """`off_cents` of `list_cents` are taken off a cart: so many units of each SKU named in `goods`."""

    goods: tuple[tuple[str, int], ...]
    list_cents: int
    off_cents: int

    @property
    def bp(self) -> int:
        """The share that is taken off, in basis points, rounded down."""
        return self.off_cents * WHOLE_BP // self.list_cents

    @property
    def witness(self) -> str:
        """The cart, as people write it: TEA-50 × 3 + CUP."""
        return " + ".join(code if units == 1 else f"{code} × {units}" for code, units in self.goods)


def depth_of(offer: Offer, terms: Terms, skus: QuerySet[Sku]) -> Depth | None:
    """Return the deepest cut of an offer on the SKUs that it takes, None where it cuts no goods. Two queries.

    `terms`: what the offer was made of, as stored; the figures in it are the sizes of carts to try.
    """
    if not offer.benefit.TAKES_LINES or offer.layer is Layer.SHIPPING:
        return None
    found = (cut for cart in _carts(offer, terms, skus) if (cut := _cut(offer, cart)) is not None)
    return max(found, key=lambda cut: cut.off_cents * WHOLE_BP // cut.list_cents, default=None)


def _carts(offer: Offer, terms: Terms, skus: QuerySet[Sku]) -> Iterator[list[CartLine]]:
    if isinstance(offer.benefit, SkuPrices):
        yield from _deepest_priced(offer, terms, skus)
        return
    # Among SKUs of one list price, the one with the lowest floor can be cut deepest.
    cheapest_first = skus.order_by("list_cents", "floor_cents", "code").distinct("list_cents")
    lines = [_line(sku) for sku in cheapest_first.select_related(*PARTS)[:MOST_PRICES]]
    yield from _named_together(offer, lines)
    counts, amounts = _figures([terms.params, terms.conditions])
    counts |= {1, getattr(offer.benefit, "size", 1)}
    for line in lines:
        for units in sorted(counts | {-(-amount // line.list_cents) for amount in amounts}):
            if 0 < units <= MOST_PIECES:
                yield [replace(line, quantity=units)]


def _deepest_priced(offer: Offer, terms: Any, skus: QuerySet[Sku]) -> Iterator[list[CartLine]]:
    """Yield the SKU whose own price is deepest below its list price: the database looks, perhaps at a hundred thousand.

    What has been withdrawn is left out by the offer, whatever its row says.
    """
    rows = terms.skus.filter(excluded=False, price_cents__isnull=False, sku__in=skus.order_by().values("pk"))
    paid_cents = Greatest("price_cents", Least("sku__floor_cents", "sku__list_cents"))
    deepest_first = rows.order_by(paid_cents * WHOLE_BP / F("sku__list_cents"), "sku")
    withdrawn = offer.scope.excluded_skus & offer.scope.skus
    first = deepest_first.values_list("sku__code", flat=True)[: len(withdrawn) + 1]
    if deepest := next((code for code in first if code not in withdrawn), None):
        yield [_line(Sku.objects.select_related(*PARTS).get(code=deepest))]


def _named_together(offer: Offer, lines: Sequence[CartLine]) -> Iterator[list[CartLine]]:
    """Yield the set that the rule names; and the cheapest goods to buy, with the dearest ones to get for them."""
    benefit = offer.benefit
    if pieces := dict(getattr(benefit, "goods", ())):
        named = Sku.objects.filter(code__in=pieces).order_by("code").select_related(*PARTS)
        yield [replace(_line(sku), quantity=pieces[sku.code]) for sku in named]
    got = getattr(benefit, "get_scope", None)
    if got is None:
        return
    to_get = [line for line in lines if got.meets(line)]
    to_buy = [line for line in lines if not got.meets(line)]
    if to_get and to_buy:
        yield [replace(to_buy[0], quantity=benefit.buy), replace(to_get[-1], quantity=benefit.get)]


def _figures(params: Any, name: str = "") -> tuple[set[int], set[int]]:
    """Return the counts and the amounts that parameters name, wherever they stand; a rate is neither."""
    counts: set[int] = set()
    amounts: set[int] = set()
    if isinstance(params, dict | list):
        inner = params.items() if isinstance(params, dict) else [(name, row) for row in params]
        for found in [_figures(value, key) for key, value in inner]:
            counts |= found[0]
            amounts |= found[1]
    elif isinstance(params, int) and not isinstance(params, bool) and not name.endswith("_bp"):
        (amounts if name.endswith("_cents") else counts).add(params)
    return counts, amounts


def _cut(offer: Offer, cart: list[CartLine]) -> Depth | None:
    nets = tuple(line.list_cents * line.quantity for line in cart)
    lines = Lines(nets=nets, bases=nets, quantities=tuple(line.quantity for line in cart), goods=tuple(cart))
    if any(rule.unmet_by_lines(lines) is not None for rule in offer.conditions if rule.ASKS == "lines"):
        return None
    off_cents = min(_off_cents(offer, lines), lines.total_cents)
    if not offer.benefit.BELOW_FLOORS:
        off_cents = min(off_cents, sum(max(0, line.list_cents - line.floor_cents) * line.quantity for line in cart))
    if off_cents <= 0:
        return None
    return Depth(tuple((line.sku, line.quantity) for line in cart), lines.total_cents, off_cents)


def _off_cents(offer: Offer, lines: Lines) -> int:
    if offer.layer is Layer.ITEM:
        return sum(offer.benefit.unit_off_cents(line.list_cents, line) * line.quantity for line in lines.goods)
    return offer.benefit.off(lines).cents


def _line(sku: Sku) -> CartLine:
    product = sku.product
    return CartLine(
        key=sku.code,
        shop=product.shop.code,
        sku=sku.code,
        product=product.code,
        list_cents=sku.list_cents,
        quantity=1,
        categories=frozenset(category.code for category in product.category.lineage),
        kind=product.kind,
        floor_cents=sku.floor_cents,
    )

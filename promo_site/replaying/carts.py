"""Past orders as carts of the engine: streamed, one order in memory at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction

from pricing.engine.cart import Cart, CartLine, Shopper
from pricing.models import Category, Sku

# The orders that a customer had placed before are counted over all imported orders, also outside the period.
LINES = """
    SELECT o.number, o.placed_at, o.region, o.channel, c.code AS customer, c.level, o.before,
           c.phone_verified_at IS NOT NULL AS phone_verified, l.position, l.sku_id, l.quantity, l.list_cents
    FROM (
        SELECT id, number, placed_at, region, channel, customer_id, source,
               row_number() OVER (PARTITION BY customer_id ORDER BY placed_at, id) - 1 AS before
        FROM storefront_order WHERE source = 'import'
    ) o
    JOIN storefront_orderline l ON l.order_id = o.id
    LEFT JOIN campaigns_customer c ON c.id = o.customer_id
    WHERE o.placed_at >= %(since)s AND o.placed_at < %(until)s
    ORDER BY o.placed_at, o.id, l.position
"""
COUNT = """
    SELECT count(*) FROM storefront_order
    WHERE source = 'import' AND placed_at >= %(since)s AND placed_at < %(until)s
"""
LINES_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class PastOrder:
    """An imported order and the cart that it was."""

    number: str
    placed_at: datetime
    cart: Cart


class _Line(NamedTuple):
    number: str
    placed_at: datetime
    region: str
    channel: str
    customer: str | None
    level: str | None
    before: int
    phone_verified: bool
    position: int
    sku_id: int
    quantity: int
    list_cents: int


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """What the engine is told of each SKU but for its price; read when an order first has it."""

    skus: dict[int, dict[str, Any]] = field(default_factory=dict)
    categories: dict[int, frozenset[str]] = field(default_factory=dict)

    def learn(self, sku_ids: set[int]) -> None:
        unknown = sku_ids - self.skus.keys()
        if not unknown:
            return
        for sku in Sku.objects.filter(pk__in=unknown).select_related("product__shop"):
            self.skus[sku.pk] = {
                "shop": sku.product.shop.code,
                "sku": sku.code,
                "product": sku.product.code,
                "categories": self._lineage(sku.product.category_id),
                "kind": sku.product.kind,
                "floor_cents": sku.floor_cents,
                "discountable": not sku.product.never_discounted,
            }

    def _lineage(self, category_id: int) -> frozenset[str]:
        if category_id not in self.categories:
            lineage = Category.objects.get(pk=category_id).lineage
            self.categories[category_id] = frozenset(category.code for category in lineage)
        return self.categories[category_id]


def count_orders(*, since: datetime, until: datetime) -> int:
    """Return how many imported orders were placed in [since, until)."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"since": since, "until": until})
        return cursor.fetchone()[0]


def past_orders(*, since: datetime, until: datetime) -> Iterator[PastOrder]:
    """Return the imported orders of [since, until) in the order of time. Memory does not grow with their number."""
    catalogue = _Catalogue()
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.itersize = LINES_AT_ONCE
        cursor.execute(LINES, {"since": since, "until": until})
        for _, lines in groupby(map(_Line._make, cursor), key=lambda line: line.number):
            yield _order_of(list(lines), catalogue)


def _order_of(lines: list[_Line], catalogue: _Catalogue) -> PastOrder:
    first = lines[0]
    catalogue.learn({line.sku_id for line in lines})
    cart = Cart(
        lines=tuple(
            CartLine(
                key=str(line.position),
                list_cents=line.list_cents,
                quantity=line.quantity,
                **catalogue.skus[line.sku_id],
            )
            for line in lines
        ),
        at=first.placed_at,
        shopper=_shopper_of(first),
        channel=first.channel,
        region=first.region,
        currency=settings.CURRENCY,
    )
    return PastOrder(first.number, first.placed_at, cart)


def _shopper_of(line: _Line) -> Shopper:
    if line.customer is None:
        return Shopper()
    return Shopper(
        id=line.customer,
        level=line.level or None,
        orders_placed=line.before,
        phone_verified=line.phone_verified,
    )

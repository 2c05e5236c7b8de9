"""Products with their prices, as cards on a shelf: filtered, sorted, one page at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from campaigns.models import Customer
from pricing.models import Product, Sku
from storefront.price_tags import Offered
from storefront.priced import Badge, PriceView
from storefront.quoting import price_skus, tags_of
from storefront.selectors.catalogue import sellable_skus

CARDS_PER_PAGE = 24
# Up to here a shelf is sorted by what the shopper pays; beyond, by list price, which the database can sort.
SORTED_EXACTLY = 300
MOST_BADGES = 2


@dataclass(frozen=True, slots=True)
class Card:
    """One product with the price of its cheapest SKU that is there; `varies` if other SKUs cost more.

    `is_narrowed`: only some SKUs were looked at, so the card leads to the one that it shows.
    """

    product: Product
    sku: Sku
    price: PriceView
    varies: bool
    is_narrowed: bool = False

    @property
    def badges(self) -> Sequence[Badge]:
        """The few that fit on the picture: running ones first."""
        return (*self.price.badges, *self.price.upcoming)[:MOST_BADGES]


def products_on_sale() -> QuerySet[Product]:
    """Products of which at least one SKU may be bought."""
    return products_of(sellable_skus())


def products_of(skus: QuerySet[Sku]) -> QuerySet[Product]:
    """Products that have at least one of these SKUs: a few of very many are found at once."""
    own = skus.select_related(None).order_by().filter(product=OuterRef("pk"))
    return Product.objects.filter(Exists(own)).select_related("shop", "category__parent__parent")


def matching(products: QuerySet[Product], words: str) -> QuerySet[Product]:
    """Products in whose names or codes every word occurs."""
    for word in words.split():
        in_sku = Sku.objects.filter(product=OuterRef("pk"), code__iexact=word)
        products = products.filter(
            Q(name__icontains=word)
            | Q(name_zh__icontains=word)
            | Q(category__name__icontains=word)
            | Q(category__name_zh__icontains=word)
            | Q(code__iexact=word)
            | Exists(in_sku)
        )
    return products


def within(products: QuerySet[Product], category: str) -> QuerySet[Product]:
    """Products of a category and of those below it."""
    return products.filter(
        Q(category__code=category) | Q(category__parent__code=category) | Q(category__parent__parent__code=category)
    )


def cards_of(
    products: Iterable[Product],
    *,
    customer: Customer | None,
    at: datetime,
    among: QuerySet[Sku] | None = None,
    offered: Offered | None = None,
) -> list[Card]:
    """Price products; a constant number of queries. `among`: only these of their SKUs are looked at.

    `offered`: what may be claimed, where the page has asked already.
    """
    skus = skus_by_product(products, among)
    rows = chain.from_iterable(skus.values())
    prices = price_skus(skus=rows, customer=customer, at=at, offered=offered)
    cards = cards_at(prices, skus)
    return cards if among is None else [replace(card, is_narrowed=True) for card in cards]


def cards_at(prices: Mapping[int, PriceView], skus: Mapping[Product, Sequence[Sku]]) -> list[Card]:
    """Return the cards of products whose SKUs are priced; those without a SKU have none."""
    return [_card(product, its_skus, prices) for product, its_skus in skus.items() if its_skus]


def skus_by_product(products: Iterable[Product], among: QuerySet[Sku] | None = None) -> dict[Product, list[Sku]]:
    """Return what may be bought of each product, in the order of the products. One query."""
    skus: dict[Product, list[Sku]] = {product: [] for product in products}
    there = sellable_skus() if among is None else sellable_skus().filter(pk__in=among.order_by().values("pk"))
    for sku in there.filter(product__in=skus):
        skus[sku.product].append(sku)
    return skus


def _card(product: Product, skus: Sequence[Sku], prices: Mapping[int, PriceView]) -> Card:
    there = [sku for sku in skus if not prices[sku.pk].is_sold_out] or skus
    cheapest = min(there, key=lambda sku: (prices[sku.pk].tag_cents, sku.pk))
    tags = {prices[sku.pk].tag_cents for sku in there}
    return Card(product=product, sku=cheapest, price=prices[cheapest.pk], varies=len(tags) > 1)


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of cards."""

    page: Page
    cards: list[Card]


def shelf_of(
    products: QuerySet[Product],
    *,
    filters: Mapping[str, Any],
    customer: Customer | None,
    at: datetime,
    among: QuerySet[Sku] | None = None,
    offered: Offered | None = None,
) -> Shelf:
    """Return the wanted `page` of cards in the wanted `sort`: "price", "-price", "new" or, else, by name of the code.

    `among`: only these of their SKUs are looked at; `offered`: what may be claimed, where the page has asked already.
    """
    sort = filters["sort"]
    if sort in ("price", "-price") and products.count() <= SORTED_EXACTLY:
        skus = skus_by_product(products.order_by("code"), among)
        ordered = _by_tag(skus, dearest_first=sort == "-price", customer=customer, at=at)
    else:
        ordered = _in_order(products, sort)
    page = Paginator(ordered, CARDS_PER_PAGE).get_page(filters["page"])
    return Shelf(page, cards_of(page, customer=customer, at=at, among=among, offered=offered))


def _by_tag(
    skus: dict[Product, list[Sku]], *, dearest_first: bool, customer: Customer | None, at: datetime
) -> list[Product]:
    """Sort products by the tag of their cheapest SKU, equal ones as they come; only the cards of one page need more."""
    tags = tags_of(skus=chain.from_iterable(skus.values()), customer=customer, at=at)
    cheapest = {product: min(tags[sku.pk] for sku in its_skus) for product, its_skus in skus.items() if its_skus}
    return sorted(cheapest, key=cheapest.__getitem__, reverse=dearest_first)


def _in_order(products: QuerySet[Product], sort: str) -> QuerySet[Product]:
    if sort in ("price", "-price"):
        cheapest = Min("skus__list_cents", filter=Q(skus__is_active=True))
        sign = "-" if sort == "-price" else ""
        return products.annotate(cheapest=cheapest).order_by(f"{sign}cheapest", "code")
    return products.order_by("-created_at", "-pk") if sort == "new" else products.order_by("code")

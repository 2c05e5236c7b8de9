"""Which SKUs does a revision take, and how far down can it bring them?"""

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from campaigns.models import CampaignRevision, Terms
from campaigns.selectors.benefits import benefit_of, prices_each_sku
from campaigns.selectors.named_goods import CATEGORY_PATHS, meaning, priced
from pricing.engine.cart import CartLine
from pricing.engine.layers import Layer
from pricing.engine.money import portion
from pricing.engine.rules import Benefit, Lines
from pricing.engine.scope import Scope, load_scope
from pricing.models import Sku


def skus_taken_by(terms: Terms, *, shop_id: int | None) -> QuerySet[Sku]:
    """Return the active SKUs in scope, by code. What is never discounted and other shops' goods are left out."""
    got = load_scope(terms.params.get("get_scope", {}), "get_scope")
    included, excluded = meaning(got), Q(pk__in=[])
    for row in terms.scopes.all():
        if not row.excluded:
            included |= _meant_by(row)
        elif not _is_got(row, got):
            excluded |= _meant_by(row)
    named, left_out = _named_skus(terms, got)
    included |= named
    excluded |= left_out
    own = Q(product__shop=shop_id) if shop_id else Q()
    open_to_offers = Sku.objects.filter(is_active=True, product__is_active=True, product__never_discounted=False)
    in_range = priced(terms.least_list_cents, terms.most_list_cents)
    return (
        open_to_offers.filter(Q() if terms.everything else included, own, in_range).exclude(excluded).order_by("code")
    )


def _named_skus(terms: Terms, got: Scope) -> tuple[Q, Q]:
    """The SKUs that are chosen and those left out: by subquery, for there may be 100,000; those of a sketch by id."""
    if terms.pk:
        rows = terms.skus.order_by().filter(sku=OuterRef("pk"))
        left_out = rows.filter(excluded=True).exclude(sku__code__in=got.skus)
        return Q(Exists(rows.filter(excluded=False))), Q(Exists(left_out))
    sketched = list(terms.skus.all())
    left_out_ids = [row.sku_id for row in sketched if row.excluded and row.sku.code not in got.skus]
    return Q(pk__in=[row.sku_id for row in sketched if not row.excluded]), Q(pk__in=left_out_ids)


def _is_got(row: object, got: Scope) -> bool:
    """Tell whether what a row leaves out of the goods to buy is to be got."""
    in_category = bool(got.categories and row.category and row.category.code in got.categories)
    return in_category or bool(got.products and row.product and row.product.code in got.products)


def _meant_by(row: object) -> Q:
    if row.shop_id:
        return Q(product__shop=row.shop_id)
    if row.product_id:
        return Q(product=row.product_id)
    if row.kind:
        return Q(product__kind=row.kind)
    found = Q()
    for path in CATEGORY_PATHS:
        found |= Q(**{path: row.category_id})
    return found


class Looked(NamedTuple):
    """What is looked at of a SKU: one of a hundred thousand, so no object of its own."""

    pk: int
    code: str
    list_cents: int
    floor_cents: int
    cost_cents: int


@dataclass(frozen=True, slots=True)
class Deepest:
    """The lowest price of one unit that a campaign alone can reach, in cents."""

    sku: Looked
    price_cents: int

    @property
    def is_below_cost(self) -> bool:
        return self.price_cents < self.sku.cost_cents


@dataclass(frozen=True, slots=True)
class Risk:
    """How many SKUs take part, and those that can fall below their cost, worst first."""

    skus: int
    below_cost: list[Deepest]


def risk_of(revision: CampaignRevision) -> Risk:
    """Return the deepest prices that this campaign alone can lead to. Three queries. Raises WrongParams."""
    benefit, layer = benefit_of(revision), Layer(revision.layer)
    taken = skus_taken_by(revision, shop_id=revision.campaign.shop_id)
    costly = taken.filter(_can_be_below_cost(revision)).order_by().values_list(*Looked._fields)
    deepest = (Deepest(sku, _lowest_price(sku, benefit, layer)) for sku in map(Looked._make, costly))
    below = [found for found in deepest if found.is_below_cost]
    worst_first = sorted(below, key=lambda found: (found.price_cents - found.sku.cost_cents, found.sku.code))
    return Risk(skus=taken.order_by().count(), below_cost=worst_first)


def _can_be_below_cost(revision: CampaignRevision) -> Q:
    """What has to be looked at: where neither the floor nor an own price of the SKU keeps it above its cost."""
    low = Q(floor_cents__lt=F("cost_cents")) | Q(list_cents__lt=F("cost_cents"))
    if revision.pk and prices_each_sku(revision):
        cost_cents = F("sku__cost_cents")
        cheap = Q(price_cents__lt=cost_cents) | Q(sku__list_cents__lt=cost_cents)
        low &= Q(Exists(revision.skus.order_by().filter(cheap, sku=OuterRef("pk"))))
    return low


def _lowest_price(sku: Looked, benefit: Benefit, layer: Layer) -> int:
    """Return what one unit costs where the benefit bites deepest: for tiers, with the threshold just reached."""
    list_cents = sku.list_cents
    if layer is Layer.ITEM:
        goods = CartLine(key=sku.code, shop="any", sku=sku.code, product="", list_cents=list_cents, quantity=1)
        off_cents = benefit.unit_off_cents(list_cents, goods)
    else:
        off_cents = max((_off_at_tier(benefit, tier, list_cents) for tier in getattr(benefit, "tiers", ())), default=0)
    return max(list_cents - off_cents, min(list_cents, sku.floor_cents))


def _off_at_tier(benefit: Benefit, tier: object, list_cents: int) -> int:
    """Return the share that one unit carries of a cart of such units that just reaches the tier."""
    pieces = tier.threshold if tier.by_pieces else max(1, -(-tier.threshold // list_cents))
    total_cents = list_cents * pieces
    off = benefit.off(Lines(nets=(total_cents,), bases=(total_cents,), quantities=(pieces,)))
    return portion(list_cents, off.cents, of_bp=total_cents)

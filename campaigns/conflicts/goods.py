"""What a report has read of goods: of those that the draft takes a digest, of others, such as gifts, their figures."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import F, Func, QuerySet, TextField, Value
from django.db.models.functions import MD5, Cast, Coalesce

from campaigns.conflicts.world import World
from campaigns.models import CampaignRevision, ConflictReport
from campaigns.selectors.benefits import prices_each_sku
from campaigns.selectors.goods import skus_taken_by
from pricing.engine.registry import load_benefit
from pricing.models import Sku

# What prices hang on: figures of the SKU, the fee of its shop, and what scopes may name it by.
TOLD = (
    "pk",
    "list_cents",
    "floor_cents",
    "cost_cents",
    "product",
    "product__kind",
    "product__shop",
    "product__shop__shipping_fee_cents",
    "product__category",
    "product__category__parent",
    "product__category__parent__parent",
)
FIGURES = ("list_cents", "floor_cents", "cost_cents", "product__shop__shipping_fee_cents")


def skus_of(revision: CampaignRevision) -> QuerySet[Sku]:
    """Return the SKUs that a draft takes, by code: of a set of named goods exactly these. Raises WrongParams."""
    benefit = None if prices_each_sku(revision) else load_benefit(revision.benefit_code, revision.params)
    if goods := getattr(benefit, "goods", None):
        return active_skus().filter(code__in=dict(goods), product__never_discounted=False).order_by("code")
    return skus_taken_by(revision, shop_id=revision.campaign.shop_id)


def active_skus() -> QuerySet[Sku]:
    """Return what can be bought."""
    return Sku.objects.filter(is_active=True, product__is_active=True)


def digest_of(revision: CampaignRevision) -> str:
    """Return a digest of the SKUs that a draft takes, which changes with any of them. Two queries, however many."""
    figures = [Coalesce(Cast(F(name), TextField()), Value("-")) for name in TOLD]
    line = Func(Value("|"), *figures, function="concat_ws", output_field=TextField())
    lines = StringAgg(line, Value("\n"), order_by="pk", default=Value(""))
    return skus_of(revision).order_by().aggregate(digest=MD5(lines))["digest"]


def others_in(world: World) -> dict[str, list[Any]]:
    """Return the figures of the gifts and partners that rules of this world name, by code. One query."""
    gifts = {gift.sku for offer in world.offers for gift in offer.benefit.presents}
    return _figures_of({*gifts, *world.partners})


def goods_have_changed(revision: CampaignRevision, report: ConflictReport) -> bool:
    """Whether goods that a report has read, or would have to read now, are others, or have other figures."""
    return digest_of(revision) != report.goods or _figures_of(report.others) != report.others


def _figures_of(codes: Iterable[str] | Mapping[str, Any]) -> dict[str, list[Any]]:
    found = Sku.objects.filter(code__in=list(codes)).values_list("code", *FIGURES) if codes else []
    known = {code: list(figures) for code, *figures in found}
    return {code: known.get(code, []) for code in codes}

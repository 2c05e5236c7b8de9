"""What a report has read of goods: of those that the draft takes a digest, of others, such as gifts, their figures."""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import F, Func, QuerySet, TextField, Value
from django.db.models.functions import MD5, Cast, Coalesce

from campaigns.conflicts.partners import MOST_PARTNERS, named_partners, scopes_of_partners
from campaigns.conflicts.world import World
from campaigns.models import CampaignRevision, ConflictReport
from campaigns.selectors.benefits import prices_each_sku
from campaigns.selectors.goods import skus_taken_by
from campaigns.selectors.named_goods import meaning
from pricing.engine.registry import load_benefit
from pricing.engine.scope import Scope, dump_scope, load_scope
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
# The draft takes none that is off sale or never discounted; others may become so, or cease to be.
TOLD_OF_OTHERS = (*TOLD, "is_active", "product__is_active", "product__never_discounted")


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


def cheapest_of(scope: Scope) -> QuerySet[Sku]:
    """Return the cheapest goods of a scope: one more than are tried, as a SKU is no partner of its own."""
    return active_skus().filter(meaning(scope)).order_by("list_cents", "code")[: MOST_PARTNERS + 1]


def others_in(world: World) -> dict[str, list[Any]]:
    """Return the figures of the gifts and partners that rules of this world name, by code. One query."""
    gifts = {gift.sku for offer in world.offers for gift in offer.benefit.presents}
    return _figures_of({*gifts, *named_partners(world.offers), *world.partners})


def partner_scopes_in(world: World) -> list[dict[str, Any]]:
    """Return the scopes out of which partners were chosen, as JSON."""
    return [dump_scope(scope) for scope in dict.fromkeys(scopes_of_partners(world.offers))]


def goods_have_changed(revision: CampaignRevision, report: ConflictReport) -> bool:
    """Whether goods that a report has read, or would have to read now, are others, or have other figures.

    A query for each scope that partners come out of, and two more.
    """
    return (
        digest_of(revision) != report.goods
        or _figures_of(report.others) != report.others
        or any(_has_new_partner(load_scope(told, "scope"), report) for told in report.partner_scopes)
    )


def _has_new_partner(scope: Scope, report: ConflictReport) -> bool:
    """Of those that are known nothing has changed: whoever took the place of one of them is not known."""
    return any(code not in report.others for code in cheapest_of(scope).values_list("code", flat=True))


def _figures_of(codes: Iterable[str]) -> dict[str, list[Any]]:
    codes = list(codes)
    found = Sku.objects.filter(code__in=codes).values_list("code", *TOLD_OF_OTHERS) if codes else []
    known = {code: list(figures) for code, *figures in found}
    return {code: known.get(code, []) for code in codes}

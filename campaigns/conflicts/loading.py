"""The world of a draft, read from the database: as if the draft were approved and nothing were used up yet."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from campaigns.conflicts.goods import active_skus, cheapest_of, skus_of
from campaigns.conflicts.naming import Named, of_campaign, of_coupons
from campaigns.conflicts.partners import named_partners, scopes_of_partners
from campaigns.conflicts.world import Good, World
from campaigns.lifecycle import CampaignState
from campaigns.models import CampaignRevision, CampaignSku
from campaigns.offers import offer_of, whole_offer_of
from campaigns.selectors.audience import Aim, aim_of
from campaigns.selectors.emergencies import may_be_reverted
from campaigns.selectors.facts import PLENTY
from campaigns.selectors.named_skus import named_skus, with_named_skus
from campaigns.selectors.running import with_offer_parts
from campaigns.sources import CouponClass, ask
from pricing.engine.facts import ANY_SKU, Facts, HeldCoupon
from pricing.engine.offer import Offer
from pricing.models import ProductKind, Sku
from pricing.selectors.lines import LINE_PARTS, line_of

AT_ONCE = 2_000


@dataclass(frozen=True)
class Draft:
    """A draft in its world. `names`: what people call the offers, by id."""

    revision: CampaignRevision
    world: World
    names: Mapping[str, Named]

    def skus(self) -> QuerySet[Sku]:
        """Return the SKUs that the draft takes, by code."""
        return skus_of(self.revision)

    def goods(self) -> Iterator[Good]:
        """Yield the SKUs that the draft takes, by code."""
        yield from map(good_of, self.skus().select_related(*LINE_PARTS).iterator(AT_ONCE))


def draft_of(revision: CampaignRevision, *, at: datetime) -> Draft:
    """Return a draft in the world of its period, of which what is past is left out. Raises Refusal for wrong rules."""
    starts_at = max(revision.starts_at, at) if at < revision.ends_at else revision.starts_at
    revisions = with_named_skus([revision, *_others(revision, starts_at)])
    as_is, whole = offer_of(revision), [whole_offer_of(row) for row in revisions if row is not revision]
    offers = {offer.id: replace(offer, paused=False) for offer in (as_is, *whole)}
    classes = ask("coupon_classes", starts_at, revision.ends_at, default=[])
    every = [*offers.values(), *(one.offer for one in classes)]
    world = World(
        draft=revision.campaign.offer_id,
        starts_at=starts_at,
        ends_at=revision.ends_at,
        offers=tuple(every),
        facts=_facts(revisions, offers, classes),
        costs=_costs(every),
        partners=_partners(every),
        aims=_aims(revisions),
        currency=settings.CURRENCY,
    )
    names = {row.campaign.offer_id: of_campaign(row) for row in revisions}
    return Draft(revision, world, names | {one.offer.id: of_coupons(one) for one in classes})


def good_of(sku: Sku) -> Good:
    """Return a SKU with its cost and fee. No query with LINE_PARTS."""
    is_sent = sku.product.kind == ProductKind.PHYSICAL
    return Good(line_of(sku, 1), sku.cost_cents, sku.product.shop.shipping_fee_cents if is_sent else None)


def _others(revision: CampaignRevision, starts_at: datetime) -> Iterable[CampaignRevision]:
    """Return what is approved for the period; what is paused may be resumed, and a stop in an emergency reverted."""
    may_be_back = Q(current_of__state__in=[CampaignState.APPROVED, CampaignState.PAUSED])
    may_be_back |= Q(may_be_reverted("campaign"), current_of__state=CampaignState.STOPPED)
    met = CampaignRevision.objects.filter(
        may_be_back,
        starts_at__lt=revision.ends_at,
        ends_at__gt=starts_at,
    )
    return with_offer_parts(met.exclude(campaign=revision.campaign_id)).order_by("campaign_id")


def _aims(revisions: Iterable[CampaignRevision]) -> dict[str, Aim]:
    aims = {row.campaign.offer_id: aim_of(row, shop=row.campaign.shop) for row in revisions}
    return {offer: aim for offer, aim in aims.items() if aim is not None}


def _facts(revisions: list[CampaignRevision], offers: Mapping[str, Offer], classes: Iterable[CouponClass]) -> Facts:
    """Return the counts at the start: all stock, limits and budgets are whole, each coupon that may be had is held."""
    by_offer = {row.campaign.offer_id: row for row in revisions}
    limited = {code: row for code, row in by_offer.items() if offers[code].limited_uses}
    units, uses = _counts_of_skus(revisions)
    units |= {
        (code, ANY_SKU): PLENTY if row.stock_units is None else row.stock_units
        for code, row in by_offer.items()
        if offers[code].limited_units
    }
    return Facts(
        units_left=units,
        uses_left={code: PLENTY if row.limit_units is None else row.limit_units for code, row in limited.items()},
        sku_uses_left=uses,
        budget_left_cents={code: row.budget_cents for code, row in by_offer.items() if row.budget_cents is not None},
        coupons=tuple(_coupons(classes)),
        gifts_left={
            (code, gift.sku): gift.stock_units
            for code, offer in offers.items()
            for gift in offer.benefit.presents
            if gift.stock_units is not None
        },
    )


def _counts_of_skus(
    revisions: Iterable[CampaignRevision],
) -> tuple[dict[tuple[str, str], int], dict[tuple[str, str], int]]:
    """Return stock and limit of single SKUs, by offer and code. One query, none where nobody counts SKUs."""
    counting = {
        row.pk: row.campaign.offer_id for row in revisions if named_skus(row).has_stocks or named_skus(row).has_limits
    }
    rows = CampaignSku.objects.filter(revision__in=counting, excluded=False) if counting else CampaignSku.objects.none()
    units: dict[tuple[str, str], int] = {}
    uses: dict[tuple[str, str], int] = {}
    for revision, code, stock, limit in rows.values_list("revision", "sku__code", "stock_units", "limit_units"):
        if stock is not None:
            units[counting[revision], code] = stock
        if limit is not None:
            uses[counting[revision], code] = limit
    return units, uses


def _coupons(classes: Iterable[CouponClass]) -> Iterator[HeldCoupon]:
    for one in classes:
        for number in range(1, one.per_order + 1):
            yield HeldCoupon(f"{one.offer.id}/{number}", one.offer.id, one.valid_from, one.valid_until)


def _costs(offers: Iterable[Offer]) -> dict[str, int]:
    """Return the costs of the gifts, as far as they are known. One query."""
    gifts = {gift.sku for offer in offers for gift in offer.benefit.presents}
    known = Sku.objects.filter(code__in=gifts, cost_cents__isnull=False)
    return dict(known.values_list("code", "cost_cents")) if gifts else {}


def _partners(offers: Iterable[Offer]) -> dict[str, Good]:
    """Return the goods that rules want bought together: those named, of larger scopes the cheapest ones."""
    active = active_skus().select_related(*LINE_PARTS)
    named = named_partners(offers)
    found = list(active.filter(code__in=named)) if named else []
    for scope in set(scopes_of_partners(offers)):
        found += cheapest_of(scope).select_related(*LINE_PARTS)
    return {sku.code: good_of(sku) for sku in found}

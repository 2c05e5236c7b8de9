"""What changes by the second, read with every quote in a constant number of queries."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from campaigns.models import Customer
from campaigns.selectors.facts import campaign_facts
from campaigns.selectors.gifts import gifts_left
from campaigns.selectors.named_skus import named_skus
from pricing.engine.cart import CartLine
from pricing.engine.facts import Facts, HeldCoupon
from storefront.as_if import facts_as_if
from storefront.priced import BookPage


def facts_for(
    page: BookPage,
    *,
    lines: Iterable[CartLine],
    customer: Customer | None,
    coupons: tuple[HeldCoupon, ...],
    at: datetime,
) -> Facts:
    """Return stock, limits, budgets and gifts of the campaigns that touch these lines, whose keys are ids of SKUs."""
    lines = tuple(lines)
    touching = page.book.touching_lines(lines)
    campaign_ids = {page.campaigns[offer.id].campaign_id for offer in touching if offer.id in page.campaigns}
    if not campaign_ids:
        return Facts(coupons=coupons)
    skus = {int(line.key): line.sku for line in lines}
    giving = {page.campaigns[offer.id].campaign_id for offer in touching if offer.benefit.presents}
    revisions = [page.campaigns[offer.id] for offer in touching if offer.id in page.campaigns]
    limiting = {revision.campaign_id for revision in revisions if named_skus(revision).has_limits}
    left = campaign_facts(campaign_ids=campaign_ids, skus=skus, customer=customer, at=at, sku_limited=limiting)
    facts = Facts(
        units_left=left.units_left,
        uses_left=left.uses_left,
        sku_uses_left=left.sku_uses_left,
        budget_left_cents=left.budget_left_cents,
        coupons=coupons,
        gifts_left=gifts_left(giving, in_cart=_units_by_code(lines)) if giving else {},
    )
    return facts_as_if(facts, skus=skus.values(), customer=customer, at=at)


def _units_by_code(lines: Iterable[CartLine]) -> Counter[str]:
    units: Counter[str] = Counter()
    for line in lines:
        units[line.sku] += line.quantity
    return units

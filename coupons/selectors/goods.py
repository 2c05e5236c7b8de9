"""Which goods may a coupon be used on? As its own revision says, at this moment."""

from collections import Counter
from collections.abc import Collection

from django.db.models import Count, QuerySet

from campaigns.selectors.goods import skus_taken_by
from coupons.models import CouponTemplateRevision, CouponTemplateSku
from pricing.engine.benefits.exchange import Exchange
from pricing.engine.registry import load_benefit
from pricing.models import Sku


def skus_of_coupon(revision: CouponTemplateRevision) -> QuerySet[Sku]:
    """Return the active SKUs that coupons of this revision take, by code; of an exchange coupon the goods it is for.

    The revision comes with its template. Two queries beside the one that is returned.
    """
    taken = skus_taken_by(revision, shop_id=revision.template.shop_id)
    named = exchanged_goods(revision)
    return taken.filter(code__in=named) if named else taken


def exchanged_goods(revision: CouponTemplateRevision) -> dict[str, int]:
    """Return the pieces of each SKU, by code, that an exchange coupon is for; nothing for any other. No query."""
    benefit = load_benefit(revision.benefit_code, revision.params)
    return dict(benefit.goods) if isinstance(benefit, Exchange) else {}


def named_sku_counts(revisions: Collection[int]) -> Counter[tuple[int, bool]]:
    """Return how many SKUs revisions name one by one, by (revision id, whether they are left out). One query."""
    rows = CouponTemplateSku.objects.filter(revision__in=revisions).order_by().values_list("revision", "excluded")
    return Counter({(revision, excluded): count for revision, excluded, count in rows.annotate(count=Count("pk"))})

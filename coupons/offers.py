"""Coupon template row -> engine Offer; the only translation. What coupons share with campaigns is translated there."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.offers import terms_of
from campaigns.selectors.named_skus import with_named_skus
from coupons.lifecycle import CouponState, ReviewedState
from coupons.models import Coupon, CouponTemplateRevision
from coupons.selectors.wallet import MOST_PER_ORDER
from pricing.engine.layers import Layer
from pricing.engine.offer import Offer
from pricing.engine.registry import BENEFITS


def template_offers(*, at: datetime) -> list[Offer]:
    """Offers of every class of coupons that somebody holds or may still get. A constant number of queries.

    A stopped or paused template is given out no more, but its issued coupons are honoured until they end,
    each under the revision that it was issued with.
    """
    return [coupon_offer_of(revision) for revision in with_named_skus(_usable_revisions(at=at))]


def coupon_offer_of(revision: CouponTemplateRevision) -> Offer:
    """Return what the engine sees of a template's revision; when a coupon is valid is a fact of the coupon.

    Raises WrongParams, naming the field, for rules that cannot be used.
    """
    template = revision.template
    return Offer(
        id=revision.offer_id,
        name=revision.name,
        by_coupon=True,  # in the layer of shipping, too, it is for those alone who hold one
        coupons_per_order=MOST_PER_ORDER,
        **terms_of(revision, layer=layer_of_benefit(revision.benefit_code), shop=template.shop),
    )


def layer_of_benefit(benefit_code: str) -> Layer:
    """Coupons work in the coupon layer, but those on shipping fees in the shipping layer."""
    rule = BENEFITS.get(benefit_code)
    return Layer.SHIPPING if rule and Layer.COUPON not in rule.LAYERS else Layer.COUPON


def _usable_revisions(*, at: datetime) -> QuerySet[CouponTemplateRevision]:
    issued = Coupon.objects.filter(revision=OuterRef("pk"), valid_until__gt=at).exclude(state=CouponState.RECALLED)
    usable = CouponTemplateRevision.objects.filter(Q(current_of__state=ReviewedState.APPROVED) | Exists(issued))
    with_parts = usable.select_related("template__shop").prefetch_related(
        "scopes__shop", "scopes__category", "scopes__product"
    )
    return with_parts.order_by("pk")

"""Which coupons may be used in a period? For the conflict report, which lies on a lower floor and asks for them."""

from datetime import datetime

from django.db.models import DateTimeField, Max, OuterRef, Q, QuerySet, Subquery

from campaigns.selectors.named_skus import with_named_skus
from campaigns.sources import CouponClass
from coupons.lifecycle import CouponState, ReviewedState
from coupons.models import Coupon, CouponTemplateRevision, Validity
from coupons.offers import coupon_offer_of

GIVEN_OUT = (ReviewedState.APPROVED, ReviewedState.PAUSED)  # what is paused may be resumed


def coupon_classes(starts_at: datetime, ends_at: datetime) -> list[CouponClass]:
    """Return the classes of coupons that somebody may hold in a period, by revision. A constant number of queries."""
    classes = [_class(revision, ends_at) for revision in with_named_skus(_usable(starts_at))]
    return [one for one in classes if one.valid_from < ends_at and one.valid_until > starts_at]


def _usable(at: datetime) -> QuerySet[CouponTemplateRevision]:
    issued = Coupon.objects.filter(revision=OuterRef("pk"), valid_until__gt=at).exclude(state=CouponState.RECALLED)
    latest = issued.order_by().values("revision").annotate(latest=Max("valid_until")).values("latest")
    rows = CouponTemplateRevision.objects.annotate(held_until=Subquery(latest, output_field=DateTimeField()))
    usable = rows.filter(Q(current_of__state__in=GIVEN_OUT) | Q(held_until__isnull=False))
    with_parts = usable.select_related("template__shop", "template__current_revision")
    return with_parts.prefetch_related("scopes__shop", "scopes__category", "scopes__product").order_by("pk")


def _class(revision: CouponTemplateRevision, ends_at: datetime) -> CouponClass:
    template = revision.template
    given_out = template.current_revision_id == revision.pk and template.state in GIVEN_OUT
    valid_from, valid_until = revision.created_at, max(filter(None, [revision.held_until]), default=ends_at)
    if revision.validity == Validity.FIXED:
        valid_from, valid_until = revision.valid_from, revision.valid_until
    elif given_out:
        valid_until = max(valid_until, ends_at)
    offer = coupon_offer_of(revision)
    most = revision.issue_per_customer
    return CouponClass(
        offer=offer,
        name=revision.name,
        name_zh=revision.name_zh,
        template_id=template.pk,
        valid_from=valid_from,
        valid_until=valid_until,
        per_order=offer.coupons_per_order if most is None else min(offer.coupons_per_order, most),
    )

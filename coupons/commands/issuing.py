"""One way to issue a coupon for every route; a route only narrows what the template allows.

Locks: customer (shared) → the new coupon → claim campaign and template (shared) → claim count → template
budget → the customer's own count. Claim campaign and template come before their counters because a review
takes them in that order; both stand at `template_budget` in the order of locks.
"""

from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q

from coupons.commands import budget
from coupons.lifecycle import CouponState, ReviewedState
from coupons.models import ClaimCampaign, ClaimCount, Coupon, CouponEvent, CouponTemplate, CouponTemplateRevision
from coupons.refusals import AllGone, ClaimOver, LimitReached
from coupons.validity import period_of
from pricing.engine.messages import N_
from pricing.gate import pass_with_others
from pricing.transactions import locking

COUNT_FOR_CUSTOMER = """
INSERT INTO coupons_issuecount (template_id, customer_id, used) VALUES (%(template)s, %(customer)s, 1)
ON CONFLICT (template_id, customer_id) DO UPDATE SET used = coupons_issuecount.used + 1
WHERE %(limit)s::integer IS NULL OR coupons_issuecount.used < %(limit)s::integer
"""


def coupon_of(revision: CouponTemplateRevision, *, customer_id: int, at: datetime, **route: object) -> Coupon:
    """Return a coupon of this revision, not yet saved. Raises ClaimOver if it would be expired at birth."""
    valid_from, valid_until = period_of(revision, at=at)
    if valid_until <= at:
        raise ClaimOver(N_("Coupons of this kind have expired."))
    return Coupon(
        template_id=revision.template_id,
        revision=revision,
        customer_id=customer_id,
        issued_at=at,
        valid_from=valid_from,
        valid_until=valid_until,
        reserved_cents=revision.face_cents,
        **route,
    )


def issue(coupon: Coupon, *, at: datetime) -> bool:
    """Save a coupon and count it everywhere; return False if its twin (same business key) was first.

    Call inside a command. Raises AllGone, LimitReached, or ClaimOver if it was stopped meanwhile.
    """
    # The foreign key asks for this lock only at commit, when asking could close a circle of waiting.
    locking("customer")
    _held("SELECT 1 FROM campaigns_customer WHERE id = %s FOR KEY SHARE", (coupon.customer_id,))
    locking("coupon")
    try:
        with transaction.atomic():
            coupon.save(force_insert=True)
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", None) != "23505":
            raise
        return False
    locking("template_budget")
    _hold(coupon, at=at)
    if coupon.claim_campaign_id and not count_claim(coupon.claim_campaign_id):
        raise AllGone(N_("All coupons have been claimed."))
    budget.reserve(coupon, at=at)
    locking("personal_limit")
    if not count_for_customer(coupon):
        raise LimitReached(N_("You have had as many coupons of this kind as one customer may have."))
    CouponEvent.objects.create(coupon=coupon, move="issue", target=CouponState.UNUSED, at=at)
    return True


def count_claim(claim_campaign_id: int) -> bool:
    """The statement that decides how many coupons a claim campaign hands out."""
    room = ClaimCount.objects.filter(Q(total=None) | Q(used__lt=F("total")), pk=claim_campaign_id)
    return bool(room.update(used=F("used") + 1))


def count_for_customer(coupon: Coupon) -> bool:
    """The statement that decides how many coupons of a template one customer gets."""
    figures = {
        "template": coupon.template_id,
        "customer": coupon.customer_id,
        "limit": coupon.revision.issue_per_customer,
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNT_FOR_CUSTOMER, figures)
        return bool(cursor.rowcount)


def _hold(coupon: Coupon, *, at: datetime) -> None:
    """Keep what the coupon is issued from as it is until commit: after a stop is shown, nothing is issued.

    The gates let a stop have its turn in a stream of claims.
    """
    if coupon.claim_campaign_id:
        pass_with_others(ClaimCampaign._meta.db_table, [coupon.claim_campaign_id])
    pass_with_others(CouponTemplate._meta.db_table, [coupon.template_id])
    if coupon.claim_campaign_id and not _held(
        """
        SELECT 1 FROM coupons_claimcampaign claim
        JOIN coupons_claimcampaignrevision revision ON revision.id = claim.current_revision_id
        WHERE claim.id = %s AND claim.state = %s AND revision.starts_at <= %s AND revision.ends_at > %s
        FOR SHARE OF claim
        """,
        (coupon.claim_campaign_id, ReviewedState.APPROVED, at, at),
    ):
        raise ClaimOver(N_("This coupon can no longer be claimed."))
    if not _held(
        "SELECT 1 FROM coupons_coupontemplate WHERE id = %s AND state = %s AND current_revision_id = %s FOR SHARE",
        (coupon.template_id, ReviewedState.APPROVED, coupon.revision_id),
    ):
        raise ClaimOver(N_("This coupon has just changed or is no longer given out. Please look again."))


def _held(query: str, values: tuple[object, ...]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone() is not None

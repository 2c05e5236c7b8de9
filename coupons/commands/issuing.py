"""One way to issue a coupon for every route; a route only narrows what the template allows.

Locks: customer (shared) → the new coupon → what the route hands it out from and template (shared) → claim count →
template budget → the customer's own count → what the route counts itself. Claim campaign and template come before
their counters because a review takes them in that order; both stand at `template_budget` in the order of locks.

One message to the database does it, the coupon and every guard at once, so that the counters which all customers
share are held for no journey to the database but that of the commit.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from coupons.channels import channel_of_coupon, is_given_by
from coupons.commands import budget
from coupons.commands.guards import Guard, gate, never, pass_guards
from coupons.lifecycle import CouponState, ReviewedState
from coupons.models import Coupon, CouponTemplate, CouponTemplateRevision
from coupons.refusals import ClaimOver, LimitReached, NotForYou, NotGivenNow
from coupons.selectors.audience import FOR_OTHERS, may_have
from coupons.validity import period_of
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_

# The foreign key asks for this lock only at commit, when asking could close a circle of waiting.
HOLD_CUSTOMER = "SELECT 1 FROM campaigns_customer WHERE id = %s FOR KEY SHARE"
HOLD_TEMPLATE = """
SELECT 1 FROM coupons_coupontemplate WHERE id = %s AND state = %s AND current_revision_id = %s FOR SHARE
"""
# The coupon, the first step of its life and what it holds of the budget: all three, or none if it has a twin. One with
# the same business key that is just being written is waited for.
ISSUE = f"""
WITH issued AS (
    INSERT INTO coupons_coupon (number, template_id, revision_id, claim_campaign_id, customer_id, route, seq, place,
                                place_cost_cents, grant_key, state, issued_at, valid_from, valid_until, reserved_cents)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '{CouponState.UNUSED}', %s, %s, %s, %s)
    ON CONFLICT DO NOTHING RETURNING id, template_id, reserved_cents, issued_at
), noted AS (
    INSERT INTO coupons_couponevent (coupon_id, move, source, target, reason, at)
    SELECT id, 'issue', '', '{CouponState.UNUSED}', '', issued_at FROM issued
), reserved AS ({budget.ENTER_ISSUED})
SELECT id FROM issued
"""  # noqa: S608
# The statement that decides how many coupons of a template one customer gets.
COUNT_FOR_CUSTOMER = """
INSERT INTO coupons_issuecount AS counted (template_id, customer_id, used) VALUES (%s, %s, 1)
ON CONFLICT (template_id, customer_id) DO UPDATE SET used = counted.used + 1
WHERE counted.used < COALESCE(%s, 2147483647)
"""


class Twin(Exception):
    """A coupon with the same business key was first: nothing is issued, and the caller gives back what was counted."""


def revision_given_out(template_id: int) -> CouponTemplateRevision:
    """Return what a template gives out now. Raises NotGivenNow while it is paused, ClaimOver if it never will again."""
    found = CouponTemplate.objects.select_related("current_revision").filter(pk=template_id).first()
    if found is not None and found.state == ReviewedState.PAUSED:
        raise NotGivenNow(N_("This coupon is not given out at the moment."))
    if found is None or found.state != ReviewedState.APPROVED:
        raise ClaimOver(N_("This coupon is not given out."))
    return found.current_revision


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


def not_recalled(coupon: Coupon) -> Coupon:
    """Return a coupon that was issued before. Raises ClaimOver if it was recalled: there is none to have any more."""
    if coupon.state == CouponState.RECALLED:
        raise ClaimOver(N_("This coupon was recalled."))
    return coupon


def issue(
    coupon: Coupon,
    *,
    at: datetime,
    noting: Sequence[Guard] = (),
    holding: Sequence[Guard] = (),
    counting_first: Sequence[Guard] = (),
    counting: Sequence[Guard] = (),
) -> None:
    """Save a coupon and count it everywhere.

    A route may add guards: `noting` writes what waits for nobody, before any row is held that others wait for;
    `holding` keeps what it hands out from as it is until commit, before the template is held;
    `counting_first` comes before, `counting` after every count of the template (see LOCK_ORDER). `coupon.pk` is not
    known to them yet: use `coupon.number`. Call inside a command. Raises AllGone, LimitReached, ClaimOver where the
    template names other issue channels, NotForYou where it means other customers, or NotGivenNow if the template was
    paused, stopped or changed meanwhile. Raises Twin, to be caught outside of the command or `attempt` that called.
    """
    _check_template_allows(coupon, at=at)
    counts = [*counting_first, *_counted(coupon, at=at), *counting]
    _customer, issued, *_ = pass_guards([*_saved(coupon), *noting, *_held(coupon, holding), *counts])
    coupon.pk, coupon._state.adding, coupon._state.db = issued[0], False, connection.alias


def _check_template_allows(coupon: Coupon, *, at: datetime) -> None:
    """What the revision says of every way; no submitted revision changes, and the guards want this one in force."""
    if not is_given_by(coupon.revision, channel_of_coupon(coupon)):
        raise ClaimOver(N_("This coupon is not handed out in this way."))
    if not may_have(coupon.revision, customer_id=coupon.customer_id, at=at):
        raise NotForYou(FOR_OTHERS)


def _saved(coupon: Coupon) -> list[Guard]:
    values = (
        coupon.number,
        coupon.template_id,
        coupon.revision_id,
        coupon.claim_campaign_id,
        coupon.customer_id,
        coupon.route,
        coupon.seq,
        coupon.place,
        coupon.place_cost_cents,
        coupon.grant_key,
        coupon.issued_at,
        coupon.valid_from,
        coupon.valid_until,
        coupon.reserved_cents,
    )
    return [Guard("customer", HOLD_CUSTOMER, (coupon.customer_id,), never), Guard("coupon", ISSUE, values, Twin)]


def _held(coupon: Coupon, of_the_route: Sequence[Guard]) -> list[Guard]:
    """Keep what the coupon is issued from as it is until commit: after a stop is shown, nothing is issued.

    The gates let a stop have its turn in a stream of claims.
    """
    template = (coupon.template_id, ReviewedState.APPROVED, coupon.revision_id)
    return [
        *of_the_route,
        gate(CouponTemplate._meta.db_table, coupon.template_id),
        Guard("template_budget", HOLD_TEMPLATE, template, _template_changed),
    ]


def _counted(coupon: Coupon, *, at: datetime) -> list[Guard]:
    """Every count that a new coupon enters, the one with most customers behind it last but for the customer's own."""
    limit = coupon.revision.issue_per_customer
    return [
        *budget.reservation(coupon, at=at),
        Guard(
            "personal_limit", COUNT_FOR_CUSTOMER, (coupon.template_id, coupon.customer_id, limit), customer_has_enough
        ),
    ]


def _template_changed() -> Refusal:
    return NotGivenNow(N_("This coupon has just changed or is no longer given out. Please look again."))


def customer_has_enough() -> Refusal:
    return LimitReached(N_("One customer may have no more coupons of this kind."))

"""One way to issue a coupon for every route; a route only narrows what the template allows.

Locks: customer (shared) → the new coupon → what the route hands it out from and template (shared) → claim count →
template budget → the customer's own count → what the route counts itself. Claim campaign and template come before
their counters because a review takes them in that order; both stand at `template_budget` in the order of locks.

Two messages to the database do it: the coupon itself, then every guard at once, so that the counters which all
customers share are held for no journey to the database but that of the commit.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from django.db import connection
from django.db.models import Field

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
from pricing.prepared import execute_all
from pricing.transactions import locking

# The foreign key asks for this lock only at commit, when asking could close a circle of waiting.
HOLD_CUSTOMER = "SELECT 1 FROM campaigns_customer WHERE id = %s FOR KEY SHARE"
HOLD_TEMPLATE = """
SELECT 1 FROM coupons_coupontemplate WHERE id = %s AND state = %s AND current_revision_id = %s FOR SHARE
"""
# The statement that decides how many coupons of a template one customer gets.
COUNT_FOR_CUSTOMER = """
INSERT INTO coupons_issuecount AS counted (template_id, customer_id, used) VALUES (%s, %s, 1)
ON CONFLICT (template_id, customer_id) DO UPDATE SET used = counted.used + 1
WHERE counted.used < COALESCE(%s, 2147483647)
"""
NOTE_ISSUE = """
INSERT INTO coupons_couponevent (coupon_id, move, source, target, reason, at) VALUES (%s, 'issue', '', %s, '', %s)
"""


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
    holding: Sequence[Guard] = (),
    counting_first: Sequence[Guard] = (),
    counting: Sequence[Guard] = (),
) -> bool:
    """Save a coupon and count it everywhere; return False if its twin (same business key) was first.

    A route may add guards: `holding` keeps what it hands out from as it is until commit, before the template is held;
    `counting_first` comes before, `counting` after every count of the template (see LOCK_ORDER). `coupon.pk` is not
    known to them yet: use `coupon.number`. Call inside a command. Raises AllGone, LimitReached, ClaimOver where the
    template names other issue channels, NotForYou where it means other customers, or NotGivenNow if the template was
    paused, stopped or changed meanwhile.
    """
    _check_template_allows(coupon, at=at)
    if not _saved(coupon):
        return False
    pass_guards([*_held(coupon, holding), *counting_first, *_counted(coupon, at=at), *counting])
    return True


def _check_template_allows(coupon: Coupon, *, at: datetime) -> None:
    """What the revision says of every way; no submitted revision changes, and the guards want this one in force."""
    if not is_given_by(coupon.revision, channel_of_coupon(coupon)):
        raise ClaimOver(N_("This coupon is not handed out in this way."))
    if not may_have(coupon.revision, customer_id=coupon.customer_id, at=at):
        raise NotForYou(FOR_OTHERS)


def _saved(coupon: Coupon) -> bool:
    """Insert the coupon, unless another one has one of its keys; that one is waited for if it is just being written."""
    values = [field.get_db_prep_save(getattr(coupon, field.attname), connection) for field in _columns()]
    locking("customer")
    locking("coupon")
    with connection.cursor() as cursor:
        execute_all(cursor, [(HOLD_CUSTOMER, [coupon.customer_id]), (_insert(), values)])
        cursor.nextset()
        row = cursor.fetchone()
    if row is None:
        return False
    coupon.pk, coupon._state.adding, coupon._state.db = row[0], False, connection.alias
    return True


@cache
def _columns() -> list[Field]:
    return [field for field in Coupon._meta.concrete_fields if not field.primary_key]


@cache
def _insert() -> str:
    columns, places = ", ".join([field.column for field in _columns()]), ", ".join(["%s"] * len(_columns()))
    return f"INSERT INTO coupons_coupon ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING RETURNING id"  # noqa: S608


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
        Guard("", NOTE_ISSUE, (coupon.pk, CouponState.UNUSED, at), never),
    ]


def _template_changed() -> Refusal:
    return NotGivenNow(N_("This coupon has just changed or is no longer given out. Please look again."))


def customer_has_enough() -> Refusal:
    return LimitReached(N_("One customer may have no more coupons of this kind."))

"""Set what service may give: a new row each time, told to everybody whom it concerns."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse

from campaigns.commands.auditing import note_setting
from campaigns.commands.staff_notices import tell_staff
from campaigns.selectors.staff import staff_with
from coupons.channels import is_given_by
from coupons.models import CompensationLimit, CouponTemplate, IssueChannel
from coupons.refusals import CompensationRefused
from coupons.selectors.compensations import limit_in_force
from pricing.engine.messages import N_, Message
from pricing.transactions import command

COLUMNS = ("per_day", "cents_per_day", "alone_up_to_cents")


@command
def set_compensation_limit(
    limit: CompensationLimit, *, templates: Iterable[CouponTemplate], by: AbstractBaseUser, at: datetime
) -> CompensationLimit:
    """Put new limits in force, with the coupons that service gives from now on.

    Raises CompensationRefused without a reason, for a coupon that service does not give out, or for a person who may
    not set limits.
    """
    if not by.has_perm("coupons.add_compensationlimit"):
        raise CompensationRefused(N_("You may not set these limits: ask an approver."))
    if not limit.reason.strip():
        raise CompensationRefused(N_("Say why: the reason is kept in the history."), field="reason")
    chosen = list(templates)
    if any(row.current_revision and not is_given_by(row.current_revision, IssueChannel.SERVICE) for row in chosen):
        text = N_("One of these coupons is not given out by service: leave it out, or have its channels changed.")
        raise CompensationRefused(text, field="templates")
    limit.by, limit.at, limit.reason = by, at, limit.reason.strip()
    before = limit_in_force()
    limit.save(force_insert=True)
    limit.templates.set(chosen)
    note_setting(limit, act="set_compensation_limit", before=before, columns=COLUMNS)
    told = staff_with("coupons.approve_compensation") | staff_with("coupons.grant_compensation")
    text = Message(
        N_("%(who)s has changed the limits of service coupons: %(reason)s"), {"who": str(by), "reason": limit.reason}
    )
    link = reverse("admin:coupons_compensationlimit_changelist")
    tell_staff(users=told.exclude(pk=by.pk), text=text, link=link, at=at)
    return limit

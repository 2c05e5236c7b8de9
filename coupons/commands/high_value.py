"""High value is derived, not ticked: above the limits of the site nothing is approved without a risk profile."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser

from campaigns.commands.auditing import note_change
from campaigns.commands.campaigns import Incomplete, stakes_of
from campaigns.commands.second_approver import Stakes
from campaigns.models import CampaignRevision
from coupons.lifecycle import ReviewedState
from coupons.models import RiskLimit, RiskProfile
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.transactions import command
from pricing.wording import plain_percent


class WrongLimit(Refusal):
    """A limit that cannot be set; `field` names the input."""


@command
def set_risk_limit(limit: RiskLimit, *, by: AbstractBaseUser, at: datetime) -> RiskLimit:
    """Put new limits of high value in force; what is approved already stays. Raises WrongLimit."""
    if not by.has_perm("coupons.add_risklimit"):
        raise WrongLimit(N_("You may not set these limits: ask an approver."))
    if not limit.reason.strip():
        raise WrongLimit(N_("Say why: the reason is kept in the history."), field="reason")
    limit.by, limit.at, limit.reason = by, at, limit.reason.strip()
    limit.save(force_insert=True)
    note_change(limit, act="set_risk_limit", states=("", ""), by=by, at=at, reason=limit.reason)
    return limit


def problems_of_campaign_risk(revision: CampaignRevision) -> list[Refusal]:
    """Return why a campaign lacks a risk profile: its deepest cut is above the limit."""
    return problems_of_value([revision.risk_profile], face_cents=0, stakes=lambda: stakes_of(revision))


def problems_of_value(named: Iterable[str], *, face_cents: int, stakes: Callable[[], Stakes]) -> list[Refusal]:
    """Return what is wrong with the profiles that something names, or why it needs one and names none.

    `stakes` is asked only where the depth matters: working it out takes time for a long list of SKUs.
    """
    if codes := {code for code in named if code}:
        return _not_in_force(codes)
    limit = RiskLimit.objects.order_by("-pk").first()
    if limit is None:
        return []
    if limit.face_cents is not None and face_cents > limit.face_cents:
        text = N_("High value: a coupon of %(face_cents)s, above %(limit_cents)s. Choose a risk profile.")
        return [Incomplete(text, field="risk_profile", face_cents=face_cents, limit_cents=limit.face_cents)]
    depth = stakes().depth if limit.depth_bp is not None else None
    if depth is None or depth.bp <= limit.depth_bp:
        return []
    text = N_("High value: up to %(depth)s %% off, above %(limit)s %%. Choose a risk profile.")
    figures = {"depth": plain_percent(depth.bp), "limit": plain_percent(limit.depth_bp)}
    return [Incomplete(text, field="risk_profile", **figures)]


def _not_in_force(codes: set[str]) -> list[Refusal]:
    known = RiskProfile.objects.filter(code__in=codes, state=ReviewedState.APPROVED).values_list("code", flat=True)
    text = N_("The risk profile “%(code)s” is not in force.")
    return [Incomplete(text, field="risk_profile", code=code) for code in sorted(codes - set(known))]

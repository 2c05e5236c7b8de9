"""Set from which price on a second approver is needed: a new row each time, told to everybody who approves."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse

from campaigns.commands.auditing import note_setting
from campaigns.commands.review_limits import WrongLimit
from campaigns.commands.staff_notices import tell_staff
from campaigns.models import ConflictLimits
from campaigns.selectors.conflicts import conflict_limits
from campaigns.selectors.staff import staff_with
from pricing.engine.messages import N_, Message
from pricing.transactions import command

FIGURES = ("deepest_off_bp", "least_margin_bp")


@command
def set_conflict_limits(limits: ConflictLimits, *, by: AbstractBaseUser, at: datetime) -> ConflictLimits:
    """Put new price limits in force; what is in review is held against them when it is decided about.

    Raises WrongLimit without a reason, or for a person who may not set limits.
    """
    if not by.has_perm("campaigns.add_conflictlimits"):
        raise WrongLimit(N_("You may not set price limits: ask an approver."))
    if not limits.reason.strip():
        raise WrongLimit(N_("Say why: the reason is kept in the history."), field="reason")
    before = conflict_limits()
    limits.by, limits.at, limits.reason = by, at, limits.reason.strip()
    limits.save(force_insert=True)
    note_setting(limits, act="set_conflict_limits", before=before, columns=FIGURES)
    others = staff_with("campaigns.approve_campaign").exclude(pk=by.pk)
    text = Message(N_("%(who)s has changed the price limits: %(reason)s"), {"who": str(by), "reason": limits.reason})
    tell_staff(users=others, text=text, link=reverse("admin:campaigns_conflictlimits_changelist"), at=at)
    return limits

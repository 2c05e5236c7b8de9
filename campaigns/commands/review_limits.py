"""Set from where on a second approver is needed: a new row each time, told to everybody who approves."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse

from campaigns.commands.auditing import note_setting
from campaigns.commands.staff_notices import tell_staff
from campaigns.models import ReviewLimit
from campaigns.selectors.review_limits import limit_in_force
from campaigns.selectors.staff import staff_with
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_, Message
from pricing.transactions import command


class WrongLimit(Refusal):
    """A limit that cannot be set; `field` names the input."""


@command
def set_review_limit(limit: ReviewLimit, *, by: AbstractBaseUser, at: datetime) -> ReviewLimit:
    """Put new limits of a kind in force; what is in review already keeps the reasons that it was handed in with.

    Raises WrongLimit without a reason, or for a person who may not set limits.
    """
    if not by.has_perm("campaigns.add_reviewlimit"):
        raise WrongLimit(N_("You may not set review limits: ask an approver."))
    if not limit.reason.strip():
        raise WrongLimit(N_("Say why: the reason is kept in the history."), field="reason")
    limit.by, limit.at, limit.reason = by, at, limit.reason.strip()
    before = limit_in_force(limit.kind)
    limit.save(force_insert=True)
    note_setting(limit, act="set_review_limit", before=before, columns=("depth_bp", "budget_cents"))
    app, model = limit.kind.split(".")
    others = staff_with(f"{app}.approve_{model}").exclude(pk=by.pk)
    text = Message(N_("%(who)s has changed the review limits: %(reason)s"), {"who": str(by), "reason": limit.reason})
    tell_staff(users=others, text=text, link=reverse("admin:campaigns_reviewlimit_changelist"), at=at)
    return limit

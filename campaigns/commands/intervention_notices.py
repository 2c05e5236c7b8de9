"""Who is told about stops and withdrawals: approvers of what waits for them, who has asked of what became of it."""

from datetime import datetime

from django.urls import reverse

from campaigns.commands.staff_notices import tell_staff
from campaigns.models import Deed, Intervention, Outcome
from campaigns.selectors.staff import staff_with
from pricing.engine.messages import N_, Message

ASKED = {
    Deed.PAUSE: N_("“%(thing)s” shall be paused and waits for a second person: %(reason)s"),
    Deed.RESUME: N_("“%(thing)s” shall go on and waits for a second person: %(reason)s"),
    Deed.STOP: N_("“%(thing)s” shall be stopped for good and waits for a second person: %(reason)s"),
    Deed.WITHDRAW: N_("SKUs shall leave “%(thing)s”, which waits for a second person: %(reason)s"),
    Deed.TAKE_BACK: N_("SKUs shall come back into “%(thing)s”, which waits for a second person: %(reason)s"),
}
DONE = {
    Deed.PAUSE: N_("“%(thing)s” was paused at once. Please confirm or revert it: %(reason)s"),
    Deed.STOP: N_("“%(thing)s” was stopped at once. Please confirm or revert it: %(reason)s"),
    Deed.WITHDRAW: N_("SKUs were taken out of “%(thing)s” at once. Please confirm or revert it: %(reason)s"),
}
DECIDED = {
    Outcome.CARRIED_OUT: N_("What you asked for “%(thing)s” was carried out by %(who)s."),
    Outcome.REFUSED: N_("What you asked for “%(thing)s” was refused by %(who)s: %(reason)s"),
    Outcome.CONFIRMED: N_("What you did to “%(thing)s” at once was confirmed by %(who)s."),
    Outcome.REVERTED: N_("What you did to “%(thing)s” at once was reverted by %(who)s: %(reason)s"),
    Outcome.LAPSED: N_(
        "What you asked for “%(thing)s” has lapsed: nobody decided in time, and it is not possible any more."
    ),
}


def tell_approvers(row: Intervention, *, at: datetime) -> None:
    """Tell everybody who may decide that something waits for them; who has asked may not."""
    others = staff_with("campaigns.approve_campaign").exclude(pk=row.asked_by_id or 0)
    text = (DONE if row.at_once else ASKED)[Deed(row.deed)]
    _tell(others, row, text, at=at, reason=row.reason)


def tell_who_asked(row: Intervention, *, at: datetime) -> None:
    """Tell who has asked for something, or done it at once, what became of it."""
    if row.asked_by is not None:
        _tell([row.asked_by], row, DECIDED[Outcome(row.outcome)], at=at, who=str(row.decided_by), reason=row.remark)


def _tell(users: object, row: Intervention, text: str, *, at: datetime, **figures: str) -> None:
    revision = row.campaign.current_revision
    names = {"thing": revision.name, "thing_zh": revision.name_zh}
    link = reverse("admin:campaigns_intervention_change", args=[row.pk])
    tell_staff(users=users, text=Message(text, names | figures), link=link, at=at)

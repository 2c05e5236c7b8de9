"""Tell people what a running campaign exceeds, once, and interrupt it where its version says so."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse

from campaigns.commands.interventions import Wish, do_at_once
from campaigns.commands.staff_notices import tell_staff
from campaigns.models import Alarm, AlarmKind, Deed
from campaigns.selectors.alarming import Trip, tripped
from campaigns.selectors.interventions import skus_still_in, touched
from campaigns.selectors.staff import staff_with
from pricing.engine.messages import N_, Message
from pricing.ledger import book_once
from pricing.models import Sku
from pricing.timers import one_by_one
from pricing.transactions import command
from pricing.wording import plain_percent, say

TEXTS = {
    AlarmKind.BELOW_COST: N_("“%(thing)s”: %(sku)s is sold below its cost, %(figure_cents)s lost so far."),
    AlarmKind.LOSS_LIMIT: N_("“%(thing)s” has lost %(figure_cents)s below cost; the limit is %(limit_cents)s."),
    AlarmKind.LOW_PRICE: N_("“%(thing)s”: %(sku)s is sold at %(figure)s %% of list price; the limit is %(limit)s %%."),
    AlarmKind.HOURLY_LIMIT: N_("“%(thing)s” gave %(figure_cents)s within an hour; the limit is %(limit_cents)s."),
    AlarmKind.BUDGET_80: N_("“%(thing)s” has spent %(figure_cents)s of its budget of %(limit_cents)s."),
    AlarmKind.BUDGET_100: N_("The budget of “%(thing)s” is spent: %(figure_cents)s of %(limit_cents)s."),
}
# A budget ends its campaign by itself.
ONLY_TOLD = frozenset({AlarmKind.BUDGET_80, AlarmKind.BUDGET_100})


def watch_campaigns(*, at: datetime) -> int:
    """Look at everything that runs and raise what is new; return how many alarms. Runs twice or late without harm."""
    return one_by_one(tripped(at), lambda trip: raise_alarm(trip, at=at))


@command
def raise_alarm(trip: Trip, *, at: datetime) -> bool:
    """Write one alarm, interrupt the campaign if it shall be, and tell people; False if somebody else has."""
    revision, campaign = trip.revision, trip.revision.campaign
    pauses = revision.guard_pauses and trip.kind not in ONLY_TOLD
    sku = Sku.objects.filter(pk=trip.sku_id).select_related("product").first() if trip.sku_id else None
    alarm = Alarm(
        campaign=campaign,
        kind=trip.kind,
        sku=sku,
        figure=trip.figure,
        limit=trip.limit,
        paused=pauses,
        since=trip.since,
        at=at,
    )
    text = alarm_text(alarm, {"thing": revision.name, "thing_zh": revision.name_zh})
    if not book_once(alarm):
        return False
    if pauses:
        carts = touched(campaign, skus_still_in(revision)).carts
        wish = Wish(deed=Deed.PAUSE, reason=say(alarm_text(alarm, {"thing": revision.name})), carts=carts)
        do_at_once(campaign_id=campaign.pk, wish=wish, by=None, at=at)
    link = reverse("admin:campaigns_campaign_results", args=[campaign.pk])
    tell_staff(users=_concerned(campaign.created_by), text=text, link=link, at=at)
    return True


def alarm_text(alarm: Alarm, names: dict[str, str]) -> Message:
    """Return what an alarm says; `names` holds the name of the campaign as "thing"."""
    figures: dict[str, object] = {"figure_cents": alarm.figure, "limit_cents": alarm.limit}
    if alarm.kind == AlarmKind.LOW_PRICE:
        figures = {"figure": plain_percent(alarm.figure), "limit": plain_percent(alarm.limit)}
    if alarm.sku:
        figures["sku"] = alarm.sku.code
    return Message(TEXTS[AlarmKind(alarm.kind)], {**names, **figures})


def _concerned(author: AbstractBaseUser) -> list[AbstractBaseUser]:
    """Approvers, and who has set the campaign up."""
    return [author, *staff_with("campaigns.approve_campaign")]

"""Move a draft to another time; what somebody else wrote or has handed in stays where it is."""

from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from campaigns.commands.auditing import differences, note_edit
from campaigns.commands.drafting import WrongDraft, own_draft
from campaigns.models import CampaignRevision
from pricing.clock import database_now
from pricing.engine.messages import N_
from pricing.transactions import command

PERIOD = ("starts_at", "ends_at", "warm_up_at")


@command
def move_draft(*, revision_id: int, starts_at: datetime, by: AbstractBaseUser) -> CampaignRevision:
    """Let a draft start at another time: by the clock on the wall it lasts as long, and is announced as long before.

    Where clocks change so that it would end before it starts, it lasts as many hours instead, and it is announced at
    its start at the latest. Raises MoveRefused if it is no draft or somebody else's, WrongDraft if no calendar reaches
    so far.
    """
    found = CampaignRevision.objects.select_for_update(of=("self",)).select_related("campaign")
    revision = own_draft(found.get(pk=revision_id), by)
    try:
        moved = _moved(revision, starts_at)
    except (OverflowError, ValueError) as error:
        raise WrongDraft(N_("Give a date between the years 2000 and 3000."), field="starts_at") from error
    before = {name: getattr(revision, name) for name in PERIOD}
    for name, moment in moved.items():
        setattr(revision, name, moment)
    revision.save(update_fields=PERIOD)
    note_edit(revision.campaign, changes=differences(before, moved), by=by, at=database_now())
    return revision


def shifted(period: dict[str, datetime | None], days: int) -> dict[str, datetime | None]:
    """Return the period so many days later, at the same time of day by the site's clock.

    Raises WrongDraft if no calendar reaches so far.
    """
    try:
        return _in_order({name: moment and _days_later(moment, days) for name, moment in period.items()}, period)
    except (OverflowError, ValueError) as error:
        raise WrongDraft(N_("Give a date between the years 2000 and 3000."), field="days") from error


def _moved(revision: CampaignRevision, starts_at: datetime) -> dict[str, datetime | None]:
    begins, began = timezone.localtime(starts_at), timezone.localtime(revision.starts_at)
    by = begins.replace(tzinfo=None) - began.replace(tzinfo=None)
    period = {name: getattr(revision, name) for name in PERIOD}
    # In the hour that comes twice, all stays in the one that the start is in.
    moved = {name: moment and _later(moment, by, fold=begins.fold) for name, moment in period.items()}
    return _in_order(moved | {"starts_at": starts_at}, period)


def _in_order(moved: dict[str, datetime | None], before: dict[str, datetime | None]) -> dict[str, datetime | None]:
    """Return the period in UTC. Where an hour is left out or comes twice, all else gives way to the start.

    Only in UTC is a moment before another one whenever it comes first.
    """
    moved = {name: moment and moment.astimezone(UTC) for name, moment in moved.items()}
    starts_at, ends_at, warm_up_at = (moved.get(name) for name in PERIOD)
    if starts_at and ends_at and ends_at <= starts_at:
        moved["ends_at"] = starts_at + (before["ends_at"].astimezone(UTC) - before["starts_at"].astimezone(UTC))
    if starts_at and warm_up_at:
        moved["warm_up_at"] = min(warm_up_at, starts_at)
    return moved


def _days_later(moment: datetime, days: int) -> datetime:
    return _later(moment, timedelta(days=days), fold=0)


def _later(moment: datetime, by: timedelta, *, fold: int) -> datetime:
    on_the_wall = (timezone.localtime(moment).replace(tzinfo=None) + by).replace(fold=fold)
    return timezone.make_aware(on_the_wall, timezone.get_current_timezone())

"""How many campaigns and SKUs start at one moment, beside what the calendar of festivals expects."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db.models import Count, Q
from django.utils import timezone

from campaigns.lifecycle import CampaignState
from campaigns.models import CampaignRevision, CampaignSku, Festival
from campaigns.selectors.goods import skus_taken_by
from campaigns.selectors.shown import shown_revisions

NEVER_STARTS = (CampaignState.STOPPED, CampaignState.REJECTED)


@dataclass(frozen=True, slots=True)
class Limits:
    """`big_skus`: from so many SKUs on a start is a big one; `skus_per_minute`: what the site is trusted with."""

    big_skus: int
    skus_per_minute: int


@dataclass(frozen=True, slots=True)
class Starting:
    """One campaign that starts, and how many SKUs get another price with it."""

    revision: CampaignRevision
    skus: int


@dataclass(frozen=True, slots=True)
class Start:
    """Everything that starts in one second. `minute_skus` counts the whole minute that the second lies in."""

    at: datetime
    starting: tuple[Starting, ...]
    minute_skus: int
    festivals: tuple[Festival, ...]
    limits: Limits

    @property
    def skus(self) -> int:
        return sum(one.skus for one in self.starting)

    @property
    def big(self) -> int:
        return sum(one.skus >= self.limits.big_skus for one in self.starting)

    @property
    def is_crowded(self) -> bool:
        """Whether several big campaigns start in this very second."""
        return self.big > 1

    @property
    def is_above_limit(self) -> bool:
        return self.minute_skus > self.limits.skus_per_minute


def starts_between(since: datetime, until: datetime, *, limits: Limits) -> list[Start]:
    """Return the seconds in [since, until) in which something starts, in order; drafts and reviews count.

    Four queries, one for each owner of campaigns for everything, and one for each that names its goods by scopes.
    """
    coming = shown_revisions().filter(starts_at__gte=since, starts_at__lt=until)
    revisions = list(coming.exclude(campaign__state__in=NEVER_STARTS).order_by("starts_at", "pk"))
    skus = sku_counts(revisions)
    by_minute: dict[datetime, int] = {}
    for revision in revisions:
        minute = _minute(revision.starts_at)
        by_minute[minute] = by_minute.get(minute, 0) + skus[revision.pk]
    calendar = list(Festival.objects.filter(ends_on__gte=_day(since), starts_on__lte=_day(until)))
    return [
        Start(
            at=at,
            starting=tuple(Starting(revision, skus[revision.pk]) for revision in together),
            minute_skus=by_minute[_minute(at)],
            festivals=festivals_on(_day(at), calendar),
            limits=limits,
        )
        for at, together in groupby(revisions, key=lambda revision: revision.starts_at.replace(microsecond=0))
    ]


def sku_counts(revisions: Collection[CampaignRevision]) -> dict[int, int]:
    """Return how many SKUs each revision takes, by its id: a list of SKUs is counted as it stands."""
    ids = [revision.pk for revision in revisions]
    with_scopes = set(CampaignRevision.objects.filter(pk__in=ids, scopes__isnull=False).values_list("pk", flat=True))
    rows = CampaignSku.objects.filter(revision__in=ids).order_by().values_list("revision")
    listed = dict(rows.annotate(taken=Count("pk", filter=Q(excluded=False))))
    found, everything = {}, {}
    for revision in revisions:
        if revision.pk not in with_scopes and not revision.everything:
            found[revision.pk] = listed.get(revision.pk, 0)
            continue
        is_plain = revision.pk not in with_scopes and revision.pk not in listed
        of_owner = (revision.campaign.shop_id, revision.least_list_cents, revision.most_list_cents)
        if is_plain and of_owner not in everything:
            everything[of_owner] = _asked(revision)
        found[revision.pk] = everything[of_owner] if is_plain else _asked(revision)
    return found


def festivals_on(day: date, calendar: Iterable[Festival]) -> tuple[Festival, ...]:
    """Return those of the calendar that a day belongs to."""
    return tuple(festival for festival in calendar if festival.starts_on <= day <= festival.ends_on)


def _asked(revision: CampaignRevision) -> int:
    return skus_taken_by(revision, shop_id=revision.campaign.shop_id).count()


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()


def skus_in_minute_of(revision: CampaignRevision) -> int:
    """Return how many SKUs get another price in the minute in which a revision starts, with all that is approved."""
    minute = _minute(revision.starts_at)
    approved = CampaignRevision.objects.filter(
        current_of__state__in=[CampaignState.APPROVED, CampaignState.PAUSED],
        starts_at__gte=minute,
        starts_at__lt=minute + timedelta(minutes=1),
    ).exclude(campaign=revision.campaign_id)
    together = [revision, *approved.select_related("campaign__shop")]
    return sum(sku_counts(together).values())

"""The lanes of the timeline: who or what each belongs to, its bars in rows, and where they overlap."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns.admin.facts import moment
from campaigns.admin.figures import TONES
from campaigns.admin.timeline_window import Window
from campaigns.lifecycle import CampaignState, Phase
from campaigns.models import CampaignRevision, ReviewState
from pricing.engine.registry import LABELS

Phases = dict[int, Phase | None]
CROWDED, VERY_CROWDED = 4, 8


@dataclass(frozen=True, slots=True)
class Bar:
    """One campaign: columns [start, end), row from 1, and its state in words and as a colour."""

    revision: CampaignRevision
    start: int
    end: int
    row: int
    state: str
    tone: str
    is_movable: bool
    begins_before: bool
    ends_after: bool

    @property
    def url(self) -> str:
        return reverse("admin:campaigns_campaign_change", args=[self.revision.campaign_id])

    @property
    def says(self) -> str:
        period = f"{moment(self.revision.starts_at)} – {moment(self.revision.ends_at)}"
        return f"{self.revision.local_name} · {self.state} · {period}"

    @property
    def wall_start(self) -> str:
        """The start as scripts read it: date and time of the site's clock, without a zone."""
        return timezone.localtime(self.revision.starts_at).strftime("%Y-%m-%dT%H:%M:%S")


@dataclass(frozen=True, slots=True)
class Overlap:
    """Columns [start, end) in which `count` campaigns of a lane are there at once."""

    start: int
    end: int
    count: int

    @property
    def tone(self) -> str:
        return "most" if self.count >= VERY_CROWDED else "more" if self.count >= CROWDED else "some"

    @property
    def says(self) -> str:
        text = ngettext("%(count)s campaign at once", "%(count)s campaigns at once", self.count)
        return text % {"count": self.count}


@dataclass(frozen=True, slots=True)
class Lane:
    """Bars under one heading; no two in the same row touch."""

    title: str
    bars: tuple[Bar, ...]
    overlaps: tuple[Overlap, ...]

    @property
    def rows(self) -> int:
        return max(bar.row for bar in self.bars)

    @property
    def most_at_once(self) -> int:
        return max((overlap.count for overlap in self.overlaps), default=1)


def _by_owner(revision: CampaignRevision) -> list[str]:
    shop = revision.campaign.shop
    return [shop.local_name if shop else _("the platform")]


def _by_kind(revision: CampaignRevision) -> list[str]:
    label = LABELS.get(revision.benefit_code)
    return [_(label) if label else revision.benefit_code]


def _by_author(revision: CampaignRevision) -> list[str]:
    return [str(revision.author)]


def _by_channel(revision: CampaignRevision) -> list[str]:
    """A campaign for several channels stands in the lane of each."""
    named = [row.get("params", {}).get("channels", []) for row in revision.conditions if row.get("code") == "channel"]
    return sorted({str(channel) for channels in named for channel in channels}) or [_("all channels")]


LANES: dict[str, tuple[Any, Callable[[CampaignRevision], list[str]]]] = {
    "owner": (gettext_lazy("owner"), _by_owner),
    "kind": (gettext_lazy("kind"), _by_kind),
    "channel": (gettext_lazy("channel"), _by_channel),
    "author": (gettext_lazy("author"), _by_author),
}


def lanes_of(
    revisions: Sequence[CampaignRevision], phases: Phases, window: Window, *, by: str, viewer: AbstractBaseUser
) -> list[Lane]:
    """Return the lanes in the order of their names; `by` is a key of LANES. No queries."""
    titles_of = LANES[by][1]
    gathered: dict[str, list[CampaignRevision]] = {}
    for revision in revisions:
        for title in titles_of(revision):
            gathered.setdefault(title, []).append(revision)
    return [_lane(title, gathered[title], phases, window, viewer) for title in sorted(gathered)]


def _lane(
    title: str, revisions: Iterable[CampaignRevision], phases: Phases, window: Window, viewer: AbstractBaseUser
) -> Lane:
    row_ends: list[int] = []
    bars = []
    for revision in revisions:
        start, end = window.span(revision.starts_at, revision.ends_at)
        row = next((place for place, taken_until in enumerate(row_ends) if taken_until <= start), len(row_ends))
        row_ends[row : row + 1] = [end]
        state, tone = _standing(revision, phases.get(revision.campaign_id))
        bars.append(
            Bar(
                revision=revision,
                start=start,
                end=end,
                row=row + 1,
                state=state,
                tone=tone,
                is_movable=revision.review == ReviewState.DRAFT and revision.author_id == viewer.pk,
                begins_before=revision.starts_at < window.since,
                ends_after=revision.ends_at > window.until,
            )
        )
    return Lane(title=title, bars=tuple(bars), overlaps=tuple(_overlaps(bars)))


def _overlaps(bars: Iterable[Bar]) -> Iterable[Overlap]:
    """Yield the stretches in which two or more bars lie over each other."""
    steps: dict[int, int] = {}
    for bar in bars:
        steps[bar.start] = steps.get(bar.start, 0) + 1
        steps[bar.end] = steps.get(bar.end, 0) - 1
    count, since = 0, 0
    for column, change in sorted(steps.items()):
        if not change:
            continue
        if count > 1:
            yield Overlap(since, column, count)
        count, since = count + change, column


def _standing(revision: CampaignRevision, phase: Phase | None) -> tuple[str, str]:
    """Return the words for a campaign's state, and the tone of their colour."""
    if revision.campaign.state == CampaignState.STOPPED:
        return str(CampaignState.STOPPED.label), "over"
    if phase is None:
        state = CampaignState(revision.campaign.state)
        return str(state.label), {CampaignState.IN_REVIEW: "review", CampaignState.REJECTED: "bad"}.get(state, "draft")
    tone = "over" if phase == Phase.ENDED else TONES.get(phase, "")
    if revision.has_review:
        return _("%(state)s, change in review") % {"state": Phase(phase).label}, tone
    return str(Phase(phase).label), tone

"""Does a report still hold? The draft, the offers of its period and the prices of its goods may change."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from campaigns.conflicts.company import company_of
from campaigns.conflicts.goods import goods_have_changed
from campaigns.conflicts.loading import draft_of
from campaigns.models import CampaignRevision, ConflictReport
from campaigns.selectors.conflicts import latest_report
from campaigns.selectors.content import content_hash
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.selectors.book import book_number


class Age(Enum):
    """Whether a report holds, or what has changed since."""

    MISSING = N_("There is no conflict report on this version yet.")
    CURRENT = N_("The conflict report is up to date.")
    DRAFT_CHANGED = N_("The conflict report is outdated: the draft has changed since.")
    OFFERS_CHANGED = N_("The conflict report is outdated: other offers of this period have changed since.")
    GOODS_CHANGED = N_("The conflict report is outdated: prices, costs or the products taken have changed since.")


@dataclass(frozen=True, slots=True)
class Standing:
    """The last complete report on a revision, if there is one, and whether it holds."""

    report: ConflictReport | None
    age: Age

    @property
    def is_current(self) -> bool:
        return self.age is Age.CURRENT


def standing_of(revision: CampaignRevision, *, at: datetime) -> Standing:
    """Return the report on a revision and whether it holds. A few queries; more only where the book has changed."""
    report = latest_report(revision)
    if report is None:
        return Standing(None, Age.MISSING)
    if content_hash(revision) != report.content_hash:
        return Standing(report, Age.DRAFT_CHANGED)
    if book_number() != report.book_number and _company_has_changed(revision, report, at):
        return Standing(report, Age.OFFERS_CHANGED)
    return Standing(report, Age.GOODS_CHANGED if _goods_have_changed(revision, report) else Age.CURRENT)


def _company_has_changed(revision: CampaignRevision, report: ConflictReport, at: datetime) -> bool:
    """Whatever made the book turn: only offers of the draft's period matter."""
    try:
        return company_of(draft_of(revision, at=max(at, report.started_at))) != report.company
    except Refusal:
        return True


def _goods_have_changed(revision: CampaignRevision, report: ConflictReport) -> bool:
    try:
        return goods_have_changed(revision, report)
    except Refusal:
        return True

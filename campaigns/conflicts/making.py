"""Making a report: every SKU of a draft is looked at, rows are stored as they come; only complete it counts."""

import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from itertools import islice

from django.db import transaction

from campaigns.conflicts.company import company_of
from campaigns.conflicts.deepest import Deepest, Search
from campaigns.conflicts.goods import digest_of, others_in, partner_scopes_in
from campaigns.conflicts.loading import Draft, draft_of
from campaigns.conflicts.overlaps import Overlaps
from campaigns.models import CampaignRevision, ConflictReport, ConflictRow
from campaigns.selectors.content import content_hash
from pricing.engine.document import CartDocument, document_of
from pricing.engine.money import WHOLE_BP
from pricing.selectors.book import book_number

AT_ONCE = 500
LOWEST_MARGIN_BP = -1_000_000  # where next to nothing is left, a rate says nothing any more

Progress = Callable[[int, int], None]


def make_report(revision: CampaignRevision, *, at: datetime, progress: Progress) -> ConflictReport:
    """Return a new report on a draft; the one before, or the beginning of one, is gone then.

    `progress(done, total)` is told SKU by SKU and may raise to end it. Raises Refusal for rules that cannot be used.
    """
    revision.conflict_reports.filter(finished_at=None).delete()
    number = book_number()  # before anything else is read: what changes meanwhile makes the report old
    draft, goods = draft_of(revision, at=at), digest_of(revision)
    report = ConflictReport.objects.create(
        revision=revision,
        content_hash=content_hash(revision),
        book_number=number,
        company=company_of(draft),
        goods=goods,
        others=others_in(draft.world),
        partner_scopes=partner_scopes_in(draft.world),
        started_at=at,
        names={code: asdict(name) for code, name in draft.names.items()},
    )
    finder = _Finder(draft, report, progress)
    finder.store_rows()
    return finder.finish(at)


class _Finder:
    """Looks at the SKUs of a draft and sums up what it finds."""

    def __init__(self, draft: Draft, report: ConflictReport, progress: Progress) -> None:
        self.draft, self.report, self.progress = draft, report, progress
        self.search = Search(draft.world)
        self.overlaps = Overlaps(draft.world, self.search.desk)

    def store_rows(self) -> None:
        rows = self._rows()
        while batch := list(islice(rows, AT_ONCE)):
            ConflictRow.objects.bulk_create(batch)
            self._sum_up(batch)

    def finish(self, at: datetime) -> ConflictReport:
        """Store the sums; only now the report counts, and takes the place of the ones before."""
        report = self.report
        report.overlaps = [_overlap_row(overlap) for overlap in self.overlaps.found()]
        report.untried = [offer.id for offer in self.search.calendar.never_open()]
        report.finished_at = at
        with transaction.atomic():
            report.save()
            report.revision.conflict_reports.exclude(pk=report.pk).delete()
        return report

    def _rows(self) -> Iterator[ConflictRow]:
        total = self.draft.skus().order_by().count()
        for number, good in enumerate(self.draft.goods(), start=1):
            touching = self.search.touching(good)
            if found := self.search.deepest(good):
                yield self._row(found, self.overlaps.note(good, touching))
            self.progress(number, max(total, number))

    def _row(self, found: Deepest, others: list[str]) -> ConflictRow:
        line, worth, cost_cents = found.good.line, found.worth, found.good.cost_cents
        return ConflictRow(
            report=self.report,
            sku_id=int(line.key),
            list_cents=line.list_cents,
            cost_cents=cost_cents,
            floor_cents=found.good.floor_cents,
            pieces=worth.pieces,
            net_cents=worth.net_cents,
            extras_cents=worth.extras_cents,
            unit_cents=worth.unit_cents,
            off_bp=off_bp(line.list_cents, worth.unit_cents),
            margin_bp=margin_bp(worth.left_cents, cost_cents, worth.pieces),
            loss_cents=0 if cost_cents is None else max(0, cost_cents - worth.unit_cents),
            below_floor=worth.left_cents < found.good.floor_cents * worth.pieces,
            at=found.witness.at,
            applied=list(found.applied),
            others=others,
            bound_cents=0 if found.sure else max(1, found.bound_cents),
            witness=_packed(found.document),
        )

    def _sum_up(self, rows: Iterable[ConflictRow]) -> None:
        report = self.report
        for row in rows:
            report.skus += 1
            report.below_cost += row.loss_cents > 0
            report.below_floor += row.below_floor
            report.unsure += row.bound_cents > 0
            report.deepest_off_bp = max(report.deepest_off_bp, row.off_bp)
            margins = [bp for bp in (report.least_margin_bp, row.margin_bp) if bp is not None]
            report.least_margin_bp = min(margins, default=None)


def _packed(told: CartDocument) -> bytes:
    text = json.dumps(document_of(told), ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode())


def off_bp(list_cents: int, unit_cents: int) -> int:
    """Return how far a price is below the list price, rounded down."""
    return (list_cents - unit_cents) * WHOLE_BP // list_cents


def margin_bp(left_cents: int, cost_cents: int | None, pieces: int) -> int | None:
    """Return the margin in what is left, rounded down; None where the cost is not known."""
    if cost_cents is None:
        return None
    if left_cents <= 0:
        return LOWEST_MARGIN_BP
    return max(LOWEST_MARGIN_BP, (left_cents - cost_cents * pieces) * WHOLE_BP // left_cents)


def _overlap_row(overlap: object) -> dict[str, object]:
    return {
        "offer": overlap.offer,
        "starts_at": overlap.starts_at.isoformat(),
        "ends_at": overlap.ends_at.isoformat(),
        "verdict": overlap.verdict.value,
        "skus": overlap.skus,
    }

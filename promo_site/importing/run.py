"""import_orders(): the stages in their order, one import at a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from promo_site.importing.cancellations import write_refunds
from promo_site.importing.catalogue import write_catalogue
from promo_site.importing.invoices import batches, number_batches, settle_invoices
from promo_site.importing.orders import write_orders
from promo_site.importing.reading import open_source
from promo_site.importing.report import check_report, refused_by_reason, write_report
from promo_site.importing.staging import ask, stage, staging_tables

BATCH_INVOICES = 500
IMPORT_LOCK = 0x1A9047

# stage ("reading", "orders" or "refunds"), done, out of
Progress = Callable[[str, int, int], None]


class ImportRunning(Refusal):
    """Another import has not ended yet."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run found and added. Rows that an earlier run has taken count as taken."""

    rows: int
    refused: dict[str, int]
    skus: int
    customers: int
    orders: int
    refunds: int

    @property
    def rows_refused(self) -> int:
        return sum(self.refused.values())

    @property
    def rows_taken(self) -> int:
        return self.rows - self.rows_refused


def import_orders(
    path: Path, *, report: Path, at: datetime, tell: Progress = lambda *_: None, batch_size: int = BATCH_INVOICES
) -> Outcome:
    """Take every sound row of a file and write the others to `report`. Amounts are in the site's currency.

    Safe to repeat, also after an interruption: invoices already there are left alone. Nothing is changed before the
    whole file has been read. Raises WrongFile or ImportRunning.
    """
    check_report(report)
    with open_source(path) as source, _alone(), staging_tables():
        size = path.stat().st_size
        rows = stage(
            source, zone=timezone.get_default_timezone(), now=at, tell=lambda done: tell("reading", done, size)
        )
        settle_invoices()
        skus, customers = write_catalogue(at=at)
        number_batches(size=batch_size)
        orders = _in_batches("orders", write_orders, cancels=False, tell=tell)
        refunds = _in_batches("refunds", write_refunds, cancels=True, tell=tell)
        write_report(report)
        return Outcome(rows, refused_by_reason(), skus, customers, orders, refunds)


def _in_batches(name: str, write: Callable[..., int], *, cancels: bool, tell: Progress) -> int:
    todo = batches(cancels=cancels)
    total, done, written = sum(invoices for _, invoices in todo), 0, 0
    for batch, invoices in todo:
        written += write(batch=batch)
        done += invoices
        tell(name, done, total)
    return written


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the lock of all imports. PostgreSQL frees it when the process dies."""
    if not ask("SELECT pg_try_advisory_lock(%(lock)s)", {"lock": IMPORT_LOCK})[0][0]:
        raise ImportRunning(N_("Another import is running. Wait until it has ended, then start this one again."))
    try:
        yield
    finally:
        ask("SELECT pg_advisory_unlock(%(lock)s)", {"lock": IMPORT_LOCK})

"""manage.py import_orders PATH [--report rejected.csv]"""

import resource
import time
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone
from tqdm import tqdm

from pricing.engine.errors import Refusal
from promo_site.importing.run import Outcome, import_orders
from promo_site.management.data_command import DataCommand


class Command(DataCommand):
    help = "Import past orders from a CSV file (.csv or .csv.gz); docs/import.md describes it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--report", type=Path, help="where the refused rows go, with line numbers and reasons")
        parser.add_argument("--no-progress", action="store_true", help="no progress bars")

    def handle(self, *, path: Path, report: Path | None, no_progress: bool, **_: object) -> None:
        report = report or settings.LOCAL_DIR / "imports" / f"{path.name.split('.')[0]}.rejected.csv"
        started = time.monotonic()
        try:
            with Bars(hidden=no_progress) as bars:
                outcome = import_orders(path, report=report, at=timezone.now(), tell=bars.tell)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self._print(outcome, report)
        peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        self.stdout.write(f"{time.monotonic() - started:.1f} s, peak memory {peak_mib} MiB")

    def _print(self, outcome: Outcome, report: Path) -> None:
        self.stdout.write(f"{outcome.rows} rows: {outcome.rows_taken} taken, {outcome.rows_refused} refused")
        for reason, rows in outcome.refused.items():
            self.stdout.write(f"  {rows:>8} {reason}")
        self.stdout.write(
            f"new: {outcome.skus} SKUs, {outcome.customers} customers, "
            f"{outcome.orders} orders, {outcome.refunds} refunds"
        )
        self.stdout.write(f"refused rows: {report}")


class Bars:
    """One progress bar per stage."""

    def __init__(self, *, hidden: bool) -> None:
        self.hidden = hidden
        self.bars: dict[str, tqdm] = {}

    def __enter__(self) -> "Bars":
        return self

    def __exit__(self, *_: object) -> None:
        for bar in self.bars.values():
            bar.close()

    def tell(self, stage: str, done: int, total: int) -> None:
        if stage not in self.bars:
            shape = {"unit": "B", "unit_scale": True} if stage == "reading" else {"unit": "invoice"}
            self.bars[stage] = tqdm(total=total, desc=f"{stage:8}", disable=self.hidden, **shape)
        self.bars[stage].update(done - self.bars[stage].n)

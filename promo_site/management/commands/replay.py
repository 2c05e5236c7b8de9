"""manage.py replay --campaign ID... [--since DATE] [--until DATE] [--out orders.csv]"""

import time
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone
from tqdm import tqdm

from pricing.csv_text import amount, csv_lines
from pricing.engine.errors import Refusal
from pricing.engine.offer import Offer
from promo_site.management.data_command import DataCommand
from promo_site.replaying.carts import count_orders
from promo_site.replaying.offers import replayed_offers
from promo_site.replaying.report import HEADER, report_rows
from promo_site.replaying.run import Replayed, Totals, replay

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
LEFT_ASIDE = (
    "As if these campaigns alone had run: the list price is the price of the row; "
    "period, state, stock, limits and budget are left aside."
)


class Command(DataCommand):
    help = "Price every imported order as if some campaigns had run; docs/import.md describes it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--campaign", type=int, nargs="+", action="extend", required=True, metavar="ID")
        parser.add_argument("--since", type=_day, help="first day, such as 2011-03-01, in the site's time zone")
        parser.add_argument("--until", type=_day, help="last day, included")
        parser.add_argument("--out", type=Path, help="CSV by order")
        parser.add_argument("--no-progress", action="store_true", help="no progress bar")

    def handle(self, *, campaign: list[int], out: Path | None, no_progress: bool, **options: Any) -> None:
        since, until = _period(options["since"], options["until"])
        try:
            offers = replayed_offers(campaign)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(LEFT_ASIDE)
        totals, started = Totals(), time.monotonic()
        bar = tqdm(total=count_orders(since=since, until=until), unit="order", disable=no_progress)
        with bar:
            _spend(_counted(replay(offers, since=since, until=until), totals, bar), out)
        self._print(totals, offers, time.monotonic() - started)
        if totals.broken:
            raise CommandError(f"{totals.broken} orders break a promise of the engine:\n" + "\n".join(totals.examples))

    def _print(self, totals: Totals, offers: list[Offer], seconds: float) -> None:
        say = self.stdout.write
        say(f"orders           {totals.orders}, touched {totals.touched}")
        say(f"value before     {amount(totals.before_cents)}, of the touched {amount(totals.touched_before_cents)}")
        say(f"discount         {amount(totals.discount_cents)}, {amount(totals.discount_bp)} % of the value before")
        say(f"value after      {amount(totals.after_cents)}")
        for offer in offers:
            given, orders = totals.by_offer[offer.id], totals.orders_by_offer[offer.id]
            say(f"  {offer.id:15} {amount(given)} in {orders} orders: {offer.name}")
        if totals.not_proved:
            say(f"not proved best  {totals.not_proved} orders")
        say(f"broken promises  {totals.broken}")
        say(f"{seconds:.1f} s, {totals.orders / seconds:.0f} orders per second" if totals.orders else "no orders")


def _counted(orders: Iterable[Replayed], totals: Totals, bar: tqdm) -> Iterator[Replayed]:
    for one in orders:
        totals.add(one)
        bar.update()
        yield one


def _spend(orders: Iterator[Replayed], out: Path | None) -> None:
    """Run through the orders, into a file where one is asked for."""
    if out is None:
        for _ in orders:
            pass
        return
    try:
        with out.open("w", encoding="utf-8", newline="") as target:
            target.writelines(csv_lines(HEADER, report_rows(orders)))
    except OSError as error:
        raise CommandError(f"{out} cannot be written: {error.strerror or error}") from error


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _period(since: date | None, until: date | None) -> tuple[datetime, datetime]:
    if since and until and since > until:
        raise CommandError("--since must not be later than --until.")
    zone = timezone.get_default_timezone()
    starts = datetime(since.year, since.month, since.day, tzinfo=zone) if since else BEGINNING
    if until is None or until == date.max:
        return starts, timezone.now()
    after = until + timedelta(days=1)
    return starts, datetime(after.year, after.month, after.day, tzinfo=zone)

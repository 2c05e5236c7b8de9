"""The SKU rows of one revision, as a list that may be very long: figures of all, some by a search, one as texts."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum

from campaigns.selectors.named_skus import rows_in_memory
from pricing.engine.money import WHOLE_BP
from pricing.wording import money_text, plain_percent

SHOWN, FIRST = 5, 12
ROW = ("sku_id", "excluded", "price_cents", "stock_units", "limit_units")
OWN_PRICE = Q(excluded=False, price_cents__isnull=False)


@dataclass(frozen=True, slots=True)
class SkuListFigures:
    """Figures over all rows of a list; prices in cents, None without any."""

    chosen: int
    left_out: int
    priced: int
    least_cents: int | None
    most_cents: int | None
    below_cost: int
    stock_units: int | None
    limited: int

    @property
    def price_range(self) -> str:
        if self.least_cents is None or self.most_cents is None:
            return ""
        least, most = money_text(self.least_cents), money_text(self.most_cents)
        return least if least == most else f"{least} – {most}"


def list_of(revision: Any) -> SkuListFigures:
    """Count the rows of a revision. One query, none for rows in memory."""
    if (held := rows_in_memory(revision)) is not None:
        return _counted(held)
    chosen = Q(excluded=False)
    found = revision.skus.order_by().aggregate(
        chosen=Count("pk", filter=chosen),
        left_out=Count("pk", filter=~chosen),
        priced=Count("pk", filter=OWN_PRICE),
        least_cents=Min("price_cents", filter=chosen),
        most_cents=Max("price_cents", filter=chosen),
        below_cost=Count("pk", filter=OWN_PRICE & Q(price_cents__lt=F("sku__cost_cents"))),
        stock_units=Sum("stock_units", filter=chosen),
        limited=Count("pk", filter=chosen & Q(limit_units__isnull=False)),
    )
    return SkuListFigures(**found)


def _counted(rows: Iterable[Any]) -> SkuListFigures:
    """Count what `list_of` counts."""
    rows = list(rows)
    chosen = [row for row in rows if not row.excluded]
    priced = [row for row in chosen if row.price_cents is not None]
    stocks = [row.stock_units for row in chosen if row.stock_units is not None]
    prices = [row.price_cents for row in priced]
    return SkuListFigures(
        chosen=len(chosen),
        left_out=len(rows) - len(chosen),
        priced=len(priced),
        least_cents=min(prices, default=None),
        most_cents=max(prices, default=None),
        below_cost=sum(row.sku.cost_cents is not None and row.price_cents < row.sku.cost_cents for row in priced),
        stock_units=sum(stocks) if stocks else None,
        limited=sum(row.limit_units is not None for row in chosen),
    )


def stored_rows(revision: Any) -> list[tuple[Any, ...]]:
    """Return all rows of a stored revision by SKU id, each as an entry of a list (sku_list.judging). One query."""
    return list(revision.skus.order_by("sku_id").values_list(*ROW))


def digest_of(rows: Sequence[tuple[Any, ...]]) -> str:
    """Return a digest of rows, to tell later whether they have changed."""
    return hashlib.sha256("\n".join(map(repr, rows)).encode()).hexdigest()


def rows_matching(revision: Any, words: str) -> QuerySet[Any]:
    """Return the rows whose SKU or product every word names, by SKU code."""
    rows = revision.skus.select_related("sku__product").order_by("sku__code")
    for word in words.split():
        rows = rows.filter(
            Q(sku__code__icontains=word)
            | Q(sku__product__name__icontains=word)
            | Q(sku__product__name_zh__icontains=word)
        )
    return rows


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One row as texts; `tone` is bad where its price cannot be right, warn where it is below cost."""

    code: str
    name: str
    list_price: str
    cost: str
    price: str
    off: str
    stock: str
    limit: str
    excluded: bool
    tone: str


def shown_row(row: Any) -> ShownRow:
    """Return the texts of a row. No query if its SKU and product are there."""
    sku, price_cents = row.sku, row.price_cents
    return ShownRow(
        code=sku.code,
        name=sku.local_name,
        list_price=money_text(sku.list_cents),
        cost=" / ".join(money_text(cents) for cents in (sku.cost_cents, sku.floor_cents) if cents),
        price="" if price_cents is None else money_text(price_cents),
        off="" if price_cents is None else f"−{off_percent(price_cents, sku.list_cents)} %",
        stock="" if row.stock_units is None else str(row.stock_units),
        limit="" if row.limit_units is None else str(row.limit_units),
        excluded=row.excluded,
        tone=_tone(price_cents, sku),
    )


def off_percent(price_cents: int, list_cents: int) -> str:
    """Return how much a price is below the list price, in percent with one digit."""
    tenths = (list_cents - price_cents) * WHOLE_BP // list_cents // 10
    return plain_percent(tenths * 10)


def _tone(price_cents: int | None, sku: Any) -> str:
    if price_cents is None:
        return ""
    if not sku.floor_cents <= price_cents < sku.list_cents:
        return "bad"
    return "warn" if sku.cost_cents is not None and price_cents < sku.cost_cents else ""


def first_rows(terms: Any, *, excluded: bool) -> tuple[list[Any], int]:
    """Return the first rows by code, with their SKUs, and how many there are. Two queries, none in memory."""
    held = rows_in_memory(terms)
    if held is not None:
        found = [row for row in held if row.excluded == excluded]
        return found[:FIRST], len(found)
    rows = terms.skus.filter(excluded=excluded)
    return list(rows.select_related("sku").order_by("sku__code")[:FIRST]), rows.count()


def names_skus(terms: Any) -> bool:
    """Whether any SKU is chosen by its row. One query, none for rows in memory."""
    held = rows_in_memory(terms)
    return terms.skus.filter(excluded=False).exists() if held is None else any(not row.excluded for row in held)


def has_no_stock(terms: Any) -> bool:
    """Whether a chosen SKU has a stock of 0. One query, none for rows in memory."""
    held = rows_in_memory(terms)
    if held is None:
        return terms.skus.filter(excluded=False, stock_units=0).exists()
    return any(row.stock_units == 0 and not row.excluded for row in held)


@dataclass(frozen=True, slots=True)
class WrongPrices:
    """SKUs whose activity price is wrong: `why` is missing, above (the list price) or below (the floor)."""

    why: str
    count: int
    first: list[str]


def wrong_prices(terms: Any) -> list[WrongPrices]:
    """Return what is wrong with the prices of chosen SKUs. Four queries at most, none for rows in memory."""
    held = rows_in_memory(terms)
    if held is not None:
        sorted_out = _sorted_out(row for row in held if not row.excluded)
        return [WrongPrices(why, len(codes), codes[:SHOWN]) for why, codes in sorted_out.items() if codes]
    wrong = {
        "missing": Q(price_cents=None),
        "above": Q(price_cents__gte=F("sku__list_cents")),
        "below": Q(price_cents__lt=F("sku__floor_cents")),
    }
    rows = terms.skus.filter(excluded=False).order_by()
    counts = rows.aggregate(**{why: Count("pk", filter=is_so) for why, is_so in wrong.items()})
    codes = rows.order_by("sku__code").values_list("sku__code", flat=True)
    return [WrongPrices(why, count, list(codes.filter(wrong[why])[:SHOWN])) for why, count in counts.items() if count]


def _sorted_out(rows: Iterable[Any]) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {"missing": [], "above": [], "below": []}
    for row in rows:
        if row.price_cents is None:
            wrong["missing"].append(row.sku.code)
        elif row.price_cents >= row.sku.list_cents:
            wrong["above"].append(row.sku.code)
        elif row.price_cents < row.sku.floor_cents:
            wrong["below"].append(row.sku.code)
    return wrong

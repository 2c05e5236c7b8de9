"""Rows of text held against the catalogue: each is good, or says everything that is wrong with it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from campaigns.sku_list.reading import TextRow
from pricing.engine.messages import N_, Message
from pricing.models import Sku
from pricing.wording import cents_from

AT_ONCE = 5_000
MOST_UNITS = 1_000_000
PRICE_MISSING = N_("The activity price is missing.")
YES, NO = frozenset({"yes", "y", "x", "1", "是"}), frozenset({"", "no", "n", "0", "否"})


@dataclass(frozen=True, slots=True)
class Terms:
    """What a list may say. `priced`: every SKU has a price of its own; `shop_id`: only this shop's goods."""

    priced: bool
    shop_id: int | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a list without headings."""
        return (
            ("code", "price", "stock", "limit", "left_out") if self.priced else ("code", "stock", "limit", "left_out")
        )


class Known(NamedTuple):
    """What the catalogue knows of a SKU."""

    pk: int
    code: str
    list_cents: int
    floor_cents: int
    cost_cents: int | None
    is_active: bool
    is_sold: bool
    is_never_discounted: bool
    shop_id: int


class Entry(NamedTuple):
    """A row as it is stored."""

    sku_id: int
    excluded: bool
    price_cents: int | None
    stock_units: int | None
    limit_units: int | None


@dataclass(frozen=True, slots=True)
class Judged:
    """One row: what it would store, or what is wrong with it; `doubts` do not stand in the way."""

    row: TextRow
    sku: Known | None
    entry: Entry | None
    problems: tuple[Message, ...] = ()
    doubts: tuple[Message, ...] = ()


@dataclass(slots=True)
class _Reader:
    """Reads the cells of one row and collects what is wrong."""

    row: TextRow
    problems: list[Message] = field(default_factory=list)

    def say(self, text: str, **figures: object) -> None:
        self.problems.append(Message(text, figures))

    def price_cents(self) -> int | None:
        if not self.row.price:
            return None
        try:
            return cents_from(self.row.price)
        except ValueError:
            self.say(N_("“%(typed)s” is no price. Give an amount such as 59.90."), typed=self.row.price)
            return None

    def units(self, typed: str) -> int | None:
        if not typed:
            return None
        if typed.isascii() and typed.isdigit() and len(typed) < 10 and 1 <= int(typed) <= MOST_UNITS:
            return int(typed)
        self.say(N_("“%(typed)s” is no number of pieces. Give 1 or more, or nothing for unlimited."), typed=typed)
        return None

    def left_out(self) -> bool:
        word = self.row.left_out.lower()
        if word not in YES | NO:
            self.say(N_("“%(typed)s” does not say whether it is left out. Say yes or no."), typed=self.row.left_out)
        return word in YES


def judge(
    rows: Sequence[TextRow], terms: Terms, *, progress: Callable[[int], None] = lambda done: None
) -> Iterator[Judged]:
    """Yield every row with what is to be said of it, in order. One query for 5,000 rows."""
    first: dict[str, int] = {}
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        known = _known(row.code for row in some)
        for row in some:
            before = first.setdefault(row.code, row.number)
            yield _judged(row, known.get(row.code), terms, before if before != row.number else None)
        progress(start + len(some))


def _known(codes: Iterable[str]) -> Mapping[str, Known]:
    columns = (
        "pk", "code", "list_cents", "floor_cents", "cost_cents", "is_active", "product__is_active",
        "product__never_discounted", "product__shop",
    )  # fmt: skip
    found = Sku.objects.filter(code__in=set(codes)).order_by().values_list(*columns)
    return {row[1]: Known(*row) for row in found}


def _judged(row: TextRow, sku: Known | None, terms: Terms, before: int | None) -> Judged:
    reader = _Reader(row)
    if sku is None:
        reader.say(N_("No SKU has the code “%(code)s”."), code=row.code)
    if before is not None:
        reader.say(N_("This SKU stands in line %(line)s already."), line=before)
    left_out, price_cents = reader.left_out(), reader.price_cents()
    stock_units, limit_units = reader.units(row.stock), reader.units(row.limit)
    if sku is not None and not left_out:
        reader.problems += _problems_of_sku(sku, terms)
        reader.problems += _problems_of_price(row, price_cents, sku, terms)
    if sku is None or reader.problems:
        return Judged(row, sku, None, tuple(reader.problems))
    price_cents = price_cents if terms.priced and not left_out else None
    figures = (None, None, None) if left_out else (price_cents, stock_units, limit_units)
    return Judged(row, sku, Entry(sku.pk, left_out, *figures), (), _doubts(price_cents, sku))


def _problems_of_sku(sku: Known, terms: Terms) -> Iterator[Message]:
    if not (sku.is_active and sku.is_sold):
        yield Message(N_("This SKU is not sold any more."))
    if sku.is_never_discounted:
        yield Message(N_("This product is never discounted."))
    if terms.shop_id is not None and sku.shop_id != terms.shop_id:
        yield Message(N_("This SKU belongs to another shop."))


def _problems_of_price(row: TextRow, price_cents: int | None, sku: Known, terms: Terms) -> Iterator[Message]:
    if not terms.priced:
        return
    if not row.price:
        yield Message(PRICE_MISSING)
    if price_cents is not None and price_cents >= sku.list_cents:
        yield Message(
            N_("The activity price is not below the list price of %(list_cents)s."), {"list_cents": sku.list_cents}
        )
    if price_cents is not None and price_cents < sku.floor_cents:
        yield Message(N_("The activity price is below the floor of %(floor_cents)s."), {"floor_cents": sku.floor_cents})


def _doubts(price_cents: int | None, sku: Known) -> tuple[Message, ...]:
    if price_cents is None or sku.cost_cents is None or price_cents >= sku.cost_cents:
        return ()
    return (Message(N_("The activity price is below the cost of %(cost_cents)s."), {"cost_cents": sku.cost_cents}),)

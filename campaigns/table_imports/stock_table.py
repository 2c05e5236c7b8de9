"""Receipts and counts: `sku, units`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext

from campaigns.commands.stock_tables import Pieces, book_counts, book_receipts
from campaigns.selectors.on_hand import reserved_by_sku
from campaigns.table_imports.reading import Result, TableRow, twice, wrong, wrong_in_form
from pricing.commands.on_hand import Act
from pricing.models import Sku
from pricing.models.on_hand import MOST_PIECES
from pricing.selectors.on_hand import free_by_sku

COLUMNS = NEEDED = ("sku", "units")


class PiecesForm(forms.Form):
    units = forms.IntegerField(min_value=0, max_value=MOST_PIECES)


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is known about the SKUs of the table."""

    ids: dict[str, int]
    free: dict[int, int]
    reserved: dict[int, int]


class Receipts:
    """Goods that have come in."""

    needed, known = NEEDED, COLUMNS

    def look_at(self, rows: Sequence[TableRow]) -> tuple[list[Result], list[Pieces]]:
        return _look_at(rows, self._answer)

    def _answer(self, sku_id: int, units: int, shelf: Shelf) -> tuple[str, bool]:
        if sku_id not in shelf.free:
            return gettext("This SKU is not counted: import a count first."), True
        return gettext("%(units)s pieces more") % {"units": units}, units < 1

    def write(self, pieces: Sequence[Pieces], source: str, act: Act) -> None:
        book_receipts(pieces, source=source, act=act)


class Counts:
    """What was found in the house; SKUs that were not counted are counted from now on."""

    needed, known = NEEDED, COLUMNS

    def look_at(self, rows: Sequence[TableRow]) -> tuple[list[Result], list[Pieces]]:
        return _look_at(rows, self._answer)

    def _answer(self, sku_id: int, units: int, shelf: Shelf) -> tuple[str, bool]:
        if sku_id not in shelf.free:
            return gettext("counted from now on: %(units)s") % {"units": units}, False
        reserved = shelf.reserved.get(sku_id, 0)
        if units < reserved:
            text = gettext("Campaigns hold %(reserved)s pieces, more than were found: lower their stock first.")
            return text % {"reserved": reserved}, True
        before = shelf.free[sku_id] + reserved
        return gettext("%(before)s before, %(units)s now") % {"before": before, "units": units}, False

    def write(self, pieces: Sequence[Pieces], source: str, act: Act) -> None:
        book_counts(pieces, source=source, act=act)


def _look_at(rows: Sequence[TableRow], answer: object) -> tuple[list[Result], list[Pieces]]:
    shelf = _shelf_of(rows)
    results: list[Result] = []
    pieces: list[Pieces] = []
    for row, is_double in twice(rows):
        form = PiecesForm(row.cells)
        if row.sku not in shelf.ids:
            results.append(wrong(row, gettext("No SKU has this code.")))
        elif is_double:
            results.append(wrong(row, gettext("This SKU stands further up already.")))
        elif not form.is_valid():
            results.append(wrong_in_form(row, form))
        else:
            units = form.cleaned_data["units"]
            text, is_wrong = answer(shelf.ids[row.sku], units, shelf)
            results.append(Result(row.line, row.sku, text, is_wrong))
            pieces.append(Pieces(shelf.ids[row.sku], units))
    return results, pieces


def _shelf_of(rows: Iterable[TableRow]) -> Shelf:
    ids = dict(Sku.objects.filter(code__in={row.sku for row in rows}).values_list("code", "pk"))
    return Shelf(ids, free_by_sku(ids.values()), reserved_by_sku(ids.values()))

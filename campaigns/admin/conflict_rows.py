"""Rows of a conflict report as a person reads and downloads them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from campaigns.conflicts.wording import (
    offer_name,
    offer_names,
    plain_percent_of,
    price_sentence,
    share_text,
    verdict_text,
    window_text,
)
from campaigns.models import ConflictReport, ConflictRow
from pricing.csv_text import amount
from pricing.wording import money_text

HEADER = (
    _("SKU"), _("product"), _("list price"), _("cost"), _("price floor"), _("deepest price"), _("of list (%)"),
    _("pieces"), _("paid for them"), _("gifts, rewards and shipping"), _("margin (%)"), _("below cost by"),
    _("below the price floor"), _("with"), _("at"), _("other offers on it"), _("at most so much deeper"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """One row: its figures as texts, and what is wrong with it."""

    pk: int
    code: str
    name: str
    list_price: str
    cost: str
    sentence: str
    others: str
    warnings: tuple[str, ...]
    at: str


@dataclass(frozen=True, slots=True)
class Met:
    """One overlap: the other offer and where to find it, how many SKUs, when, and whether they combine."""

    name: str
    route: str
    pk: int
    skus: int
    window: str
    verdict: str
    combines: bool


def shown_row(row: ConflictRow, report: ConflictReport) -> Shown:
    """Return a row for the page."""
    return Shown(
        pk=row.pk,
        code=row.sku.code,
        name=row.sku.local_name,
        list_price=money_text(row.list_cents),
        cost="–" if row.cost_cents is None else money_text(row.cost_cents),
        sentence=price_sentence(row, report),
        others=offer_names(report, row.others),
        warnings=tuple(_warnings(row)),
        at=_moment(row),
    )


def cells_of(row: ConflictRow, report: ConflictReport) -> Iterable[object]:
    """Return a row for the file: amounts as plain numbers."""
    return (
        row.sku.code,
        row.sku.local_name,
        amount(row.list_cents),
        None if row.cost_cents is None else amount(row.cost_cents),
        amount(row.floor_cents),
        amount(row.unit_cents),
        share_text(row).removesuffix(" %"),
        row.pieces,
        amount(row.net_cents),
        amount(row.extras_cents),
        None if row.margin_bp is None else plain_percent_of(row.margin_bp),
        amount(row.loss_cents) if row.loss_cents else None,
        "×" if row.below_floor else None,
        offer_names(report, row.applied),
        _moment(row),
        offer_names(report, row.others),
        amount(row.bound_cents) if row.bound_cents else None,
    )


def overlaps_of(report: ConflictReport) -> Iterator[Met]:
    """Yield the other offers on the same goods, those on most of them first."""
    for overlap in report.overlaps:
        named = report.names.get(overlap["offer"], {"kind": "campaign", "pk": 0})
        yield Met(
            name=offer_name(report, overlap["offer"]),
            route=f"admin:{'campaigns_campaign' if named['kind'] == 'campaign' else 'coupons_coupontemplate'}_change",
            pk=named["pk"],
            skus=overlap["skus"],
            window=window_text(overlap),
            verdict=verdict_text(overlap["verdict"]),
            combines=overlap["verdict"] == "combines",
        )


def untried_of(report: ConflictReport) -> list[str]:
    """Return the names of the offers that nobody could be made up for."""
    return [offer_name(report, offer) for offer in report.untried]


def _warnings(row: ConflictRow) -> Iterator[str]:
    if row.loss_cents:
        yield str(_("%(loss)s below cost") % {"loss": money_text(row.loss_cents)})
    if row.below_floor:
        yield str(_("below the price floor of %(floor)s") % {"floor": money_text(row.floor_cents)})
    if row.bound_cents:
        yield str(_("not proved: an order may save up to %(more)s more") % {"more": money_text(row.bound_cents)})


def _moment(row: ConflictRow) -> str:
    return date_format(timezone.localtime(row.at), "Y-m-d H:i")

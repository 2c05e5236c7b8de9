"""The SKU rows of revisions in one piece, by code: a campaign may name a hundred thousand, none becomes an object."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from django.contrib.postgres.aggregates import ArrayAgg, BoolOr
from django.db.models import Q

from campaigns.models import Terms
from pricing.engine.benefits.sku_prices import SkuPrices

TermsRow = TypeVar("TermsRow", bound=Terms)
PLACE = "_named_skus"


@dataclass(frozen=True)
class NamedSkus:
    """SKU codes that a revision chooses and leaves out; `prices`: cents of those with an activity price."""

    chosen: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()
    prices: Mapping[str, int] = field(default_factory=dict)
    has_stocks: bool = False
    has_limits: bool = False

    @cached_property
    def own_prices(self) -> SkuPrices:
        """The rule that these prices are, checked once for all who ask. Raises WrongParams."""
        return SkuPrices(self.prices or None)


NONE_NAMED = NamedSkus()


def with_named_skus(revisions: Iterable[TermsRow]) -> list[TermsRow]:
    """Return the revisions with their SKU rows read, for `named_skus`. One query, however many revisions and rows."""
    found = list(revisions)
    named = _read(found) if found else {}
    for revision in found:
        setattr(revision, PLACE, named.get(revision.pk, NONE_NAMED))
    return found


def keep_named_skus(revision: Any) -> None:
    """Read the SKU rows of a revision once for all who ask this object: of one that nobody changes meanwhile.

    One query; none for None, and for what has no SKU rows.
    """
    if hasattr(revision, "skus") and rows_in_memory(revision) is None:
        with_named_skus([revision])


def named_skus(terms: Terms) -> NamedSkus:
    """Return the SKU rows of a revision; one query, unless `with_named_skus` has read them or they are in memory."""
    if hasattr(terms, PLACE):
        return getattr(terms, PLACE)
    if (rows := rows_in_memory(terms)) is not None:
        return _named_by(rows)
    return _read([terms]).get(terms.pk, NONE_NAMED)


def rows_in_memory(terms: Terms) -> list[Any] | None:
    """Return the SKU rows that a revision holds: those of a sketch, which no table has. None: ask the database."""
    held = getattr(terms, "_prefetched_objects_cache", {})
    return list(terms.skus.all()) if "skus" in held else None


def _named_by(rows: list[Any]) -> NamedSkus:
    chosen = [row for row in rows if not row.excluded]
    return NamedSkus(
        chosen=frozenset(row.sku.code for row in chosen),
        left_out=frozenset(row.sku.code for row in rows if row.excluded),
        prices={row.sku.code: row.price_cents for row in chosen if row.price_cents is not None},
        has_stocks=any(row.stock_units is not None for row in chosen),
        has_limits=any(row.limit_units is not None for row in chosen),
    )


def _read(revisions: list[Any]) -> dict[int, NamedSkus]:
    """Return the SKU rows by revision id: one row comes for what each chooses, and one for what it leaves out."""
    model = type(revisions[0])._meta.get_field("skus").related_model
    rows = model._default_manager.filter(revision__in=[revision.pk for revision in revisions])
    found = (
        rows.order_by()
        .values("revision", "excluded")
        .annotate(
            codes=ArrayAgg("sku__code"),
            cents=ArrayAgg("price_cents"),
            has_prices=BoolOr(Q(price_cents__isnull=False)),
            has_stocks=BoolOr(Q(stock_units__isnull=False)),
            has_limits=BoolOr(Q(limit_units__isnull=False)),
        )
    )
    sides: dict[int, list[dict[str, Any]]] = {}
    for row in found:
        sides.setdefault(row["revision"], []).append(row)
    return {revision: _named(rows) for revision, rows in sides.items()}


def _named(rows: list[dict[str, Any]]) -> NamedSkus:
    if not rows:
        return NONE_NAMED
    codes = {row["excluded"]: row["codes"] for row in rows}
    chosen = next((row for row in rows if not row["excluded"]), None)
    if chosen is None:
        return NamedSkus(left_out=frozenset(codes[True]))
    pairs = zip(chosen["codes"], chosen["cents"], strict=True) if chosen["has_prices"] else ()
    return NamedSkus(
        chosen=frozenset(chosen["codes"]),
        left_out=frozenset(codes.get(True, ())),
        prices={code: cents for code, cents in pairs if cents is not None},
        has_stocks=chosen["has_stocks"],
        has_limits=chosen["has_limits"],
    )

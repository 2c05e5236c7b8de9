"""What a revision says, as plain values: for its hash, its copies and the comparison of two revisions."""

import hashlib
import json
from collections.abc import Collection, Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import ForeignKey

from campaigns.models import Revision, SkuRow

# Who wrote it and where it stands in review; everything else is content.
BOOKKEEPING = frozenset(
    {"id", "number", "author", "review", "created_at", "submitted_at", "content_hash", "second_reasons"}
)
NAMED = 100  # rows that are named one by one; of the rest the number is told
CHILDREN = ("scopes", "skus", "prizes")


def content_fields(revision: Revision) -> dict[str, Any]:
    """Return the stored values of a revision by column name, without bookkeeping and its subject."""
    kept = [field for field in revision._meta.concrete_fields if field.name not in BOOKKEEPING and not _is_key(field)]
    return {field.attname: getattr(revision, field.attname) for field in kept}


def child_rows(revision: Revision, *, leaving_out: Collection[str] = ()) -> dict[str, list[dict[str, Any]]]:
    """Return scopes, SKUs and prizes by the name of their relation, each in a fixed order. One query for each."""
    names = [name for name in CHILDREN if name not in leaving_out and hasattr(revision, name)]
    return {name: _rows(getattr(revision, name)) for name in names}


def said_in_short(revision: Revision, relations: Iterable[str]) -> dict[str, Any]:
    """Return the stored values of a revision and, for each of these relations, its rows in a few words."""
    stored = type(revision)._default_manager.get(pk=revision.pk)
    return content_fields(stored) | {name: _in_short(getattr(stored, name)) for name in relations}


def _in_short(children: Any) -> str:
    first = [_row_text(row) for row in children.select_related().order_by("pk")[:NAMED]]
    more = children.count() - len(first)
    return ", ".join(sorted(first)) + (f" + {more}" if more > 0 else "")


def _row_text(row: Any) -> str:
    figures = {name: getattr(row, name, None) for name in ("price_cents", "stock_units", "limit_units")}
    code = row.sku.code if hasattr(row, "sku_id") else str(row)
    told = " ".join(f"{name}={value}" for name, value in figures.items() if value is not None)
    return ("−" if getattr(row, "excluded", False) else "") + " ".join(filter(None, [code, told]))


def content_hash(revision: Revision, *, leaving_out: Collection[str] = ()) -> str:
    """Return a stable hash of what the revision says, as the database holds it; without the relations left out."""
    stored = type(revision)._default_manager.get(pk=revision.pk)
    said = {"fields": content_fields(stored), **child_rows(stored, leaving_out=leaving_out)}
    return hashlib.sha256(_text(said).encode()).hexdigest()


def _rows(children: Any) -> list[dict[str, Any]]:
    """Return rows as stored values: SKUs, perhaps very many, by their key; the few others by their text."""
    fields = [field for field in children.model._meta.concrete_fields if field.name not in ("id", "revision")]
    rows = children.order_by().values(*(field.attname for field in fields))
    return list(rows.order_by("sku")) if issubclass(children.model, SkuRow) else sorted(rows, key=_text)


def _is_key(field: Any) -> bool:
    return isinstance(field, ForeignKey)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, cls=DjangoJSONEncoder, ensure_ascii=False)

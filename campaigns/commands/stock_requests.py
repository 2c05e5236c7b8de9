"""Stock moved by other systems: all lines of a request or none, once for each idempotency key."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.contrib.auth.models import AbstractBaseUser

from campaigns.commands.stock_taking import take_stock_of
from pricing.commands.on_hand import Act
from pricing.commands.stock_keeping import correct, receive, write_off
from pricing.engine.errors import Refusal, WrongDocument
from pricing.engine.messages import N_
from pricing.ledger import book_once
from pricing.models import Sku, StockMovement, StockRequest
from pricing.transactions import command

MOST_LINES = 1_000


class StockAct(Enum):
    RECEIPT = "receipt"
    CORRECTION = "correction"
    WRITE_OFF = "write_off"
    COUNT = "count"


class RequestReused(Refusal):
    """The same key came with another request."""


@dataclass(frozen=True, slots=True)
class StockLine:
    """Pieces of one SKU, by its code."""

    sku: str
    units: int


@dataclass(frozen=True, slots=True)
class StockOrder:
    """What another system wants booked. `reason` is kept with every movement; a count says what is in the house."""

    act: StockAct
    lines: tuple[StockLine, ...]
    reason: str = ""

    def __post_init__(self) -> None:
        if not 1 <= len(self.lines) <= MOST_LINES:
            raise WrongDocument(N_("Give 1 to %(most)s lines."), field="lines", most=MOST_LINES)
        if len(self.reason) > StockMovement._meta.get_field("reason").max_length:
            raise WrongDocument(N_("The reason is too long."), field="reason")
        codes = [line.sku for line in self.lines]
        for place, code in enumerate(codes):
            if code in codes[:place]:
                raise WrongDocument(
                    N_("This SKU has a line already: add up the quantities."), field=f"lines[{place}].sku"
                )


BOOKINGS: dict[StockAct, Callable[..., object]] = {
    StockAct.RECEIPT: receive,
    StockAct.CORRECTION: correct,
    StockAct.WRITE_OFF: write_off,
    StockAct.COUNT: lambda *, units, **named: take_stock_of(found=units, **named),
}


@command
def book_stock(*, order: StockOrder, key: str, by: AbstractBaseUser, at: datetime) -> dict[str, Any]:
    """Book the order and return the answer: its movements. The same key with the same order gets the same answer.

    Raises RequestReused, and what the acts refuse, naming the line; then nothing was booked.
    """
    digest = _hash_of(order)
    request = StockRequest(by=by, key=key, request_hash=digest, at=at)
    if not book_once(request):  # a twin that is still running was waited for
        known = StockRequest.objects.get(by=by, key=key)
        if known.request_hash != digest:
            raise RequestReused(N_("This key was sent before with another request."), field="Idempotency-Key")
        return known.answer
    source = f"api:{by.pk}:{key}"
    _book_lines(order, source, Act(at=at, by=by, reason=order.reason.strip()))
    answer = {"at": at.isoformat(), "movements": _movements(source)}
    StockRequest.objects.filter(by=by, key=key).update(answer=answer)
    return answer


def _book_lines(order: StockOrder, source: str, act: Act) -> None:
    skus = {sku.code: sku.pk for sku in Sku.objects.filter(code__in=[line.sku for line in order.lines])}
    for place, line in enumerate(order.lines):
        if line.sku not in skus:
            raise WrongDocument(N_("There is no such SKU."), field=f"lines[{place}].sku")
    in_order = sorted(enumerate(order.lines), key=lambda item: skus[item[1].sku])
    for place, line in in_order:
        try:
            BOOKINGS[order.act](sku_id=skus[line.sku], units=line.units, source=source, act=act)
        except Refusal as refusal:
            if refusal.field == "units":
                refusal.field = f"lines[{place}].units"
            elif refusal.field == "act":
                refusal.field = f"lines[{place}].sku"
            raise


def _movements(source: str) -> list[dict[str, Any]]:
    rows = StockMovement.objects.filter(source=source).order_by("pk")
    return [written_movement(row) for row in rows.select_related("sku")]


def written_movement(row: StockMovement) -> dict[str, Any]:
    """Return a movement as other systems read it."""
    return {
        "id": row.pk,
        "sku": row.sku.code,
        "kind": row.kind,
        "units": row.units,
        "free_units": row.free_units,
        "source": row.source,
        "reason": row.reason,
        "at": row.at.isoformat(),
    }


def _hash_of(order: StockOrder) -> str:
    body = {**asdict(order), "act": order.act.value}
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()

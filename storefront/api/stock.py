"""/api/v1/stock/: what is in the house, and movements booked by other systems."""

import re
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaigns.commands.stock_requests import StockOrder, book_stock, written_movement
from campaigns.selectors.on_hand import reserved_by_sku
from pricing.engine.errors import WrongDocument
from pricing.engine.messages import N_
from pricing.engine.wire import read
from pricing.models import OnHandStock, StockMovement
from storefront.api.refusing import NotAllowedHere
from storefront.api.shapes import REFUSALS, SIMPLE, shape_of

MAY_MOVE, MAY_SEE = "pricing.move_onhandstock", "pricing.view_onhandstock"
KEY = re.compile(r"[\x21-\x7e]{8,64}")
MOST_ROWS = 500
TEXT, NUMBER, MOMENT = SIMPLE[str], SIMPLE[int], SIMPLE[datetime]


def _rows_of(**columns: Any) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "object", "properties": columns, "required": list(columns)}}


def _answer(**columns: Any) -> dict[str, Any]:
    return {"type": "object", "properties": columns, "required": list(columns)}


STOCK = _rows_of(sku=TEXT, house=NUMBER, reserved=NUMBER, free=NUMBER)
MOVEMENTS = _rows_of(
    id=NUMBER, sku=TEXT, kind=TEXT, units=NUMBER, free_units=NUMBER, source=TEXT, reason=TEXT, at=MOMENT
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, required=True, description="8 to 64 printable ASCII signs"
)


class Stock(APIView):
    throttle_scope = "stock"

    @extend_schema(
        operation_id="stock",
        parameters=[OpenApiParameter("after", str, description="the last code of the page before")],
        responses={200: _answer(at=MOMENT, stock=STOCK), **{code: REFUSALS[code] for code in (401, 403, 429)}},
    )
    def get(self, request: Request) -> Response:
        """The SKUs that are counted, by code: pieces in the house, reserved for campaigns, and free."""
        _check(request, MAY_SEE)
        found = OnHandStock.objects.filter(sku__code__gt=_text(request, "after")).select_related("sku")
        rows = list(found.order_by("sku__code")[:MOST_ROWS])
        reserved = reserved_by_sku([row.pk for row in rows])
        stock = [
            {"sku": row.sku.code, "house": row.free + reserved[row.pk], "reserved": reserved[row.pk], "free": row.free}
            for row in rows
        ]
        return Response({"at": timezone.now().isoformat(), "stock": stock})


class StockMovements(APIView):
    throttle_scope = "stock"

    @extend_schema(
        operation_id="stock_movements",
        parameters=[OpenApiParameter("after", int, description="the last id of the page before")],
        responses={200: _answer(movements=MOVEMENTS), **{code: REFUSALS[code] for code in (400, 401, 403, 429)}},
    )
    def get(self, request: Request) -> Response:
        """Movements of all SKUs, oldest first."""
        _check(request, MAY_SEE)
        after = _text(request, "after") or "0"
        if not (after.isascii() and after.isdigit() and len(after) < 19):
            raise WrongDocument(N_("Give the id of a movement."), field="after")
        rows = StockMovement.objects.filter(pk__gt=int(after)).select_related("sku").order_by("pk")
        return Response({"movements": [written_movement(row) for row in rows[:MOST_ROWS]]})

    @extend_schema(
        operation_id="book_stock_movements",
        parameters=[IDEMPOTENCY_KEY],
        request={"application/json": shape_of(StockOrder)},
        responses={200: _answer(at=MOMENT, movements=MOVEMENTS), **REFUSALS},
    )
    def post(self, request: Request) -> Response:
        """Book receipts, corrections, losses or a count: all lines or none, once for each key."""
        _check(request, MAY_MOVE)
        key = request.headers.get("Idempotency-Key", "")
        if not KEY.fullmatch(key):
            raise WrongDocument(
                N_("Send a key of 8 to 64 printable signs, a new one for each request."), field="Idempotency-Key"
            )
        order = read(StockOrder, request.data, "")
        return Response(book_stock(order=order, key=key, by=request.user, at=timezone.now()))


def _check(request: Request, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise NotAllowedHere(gettext("This needs a permission that your login does not have."), field=None)


def _text(request: Request, name: str) -> str:
    return request.query_params.get(name, "").replace("\0", "")

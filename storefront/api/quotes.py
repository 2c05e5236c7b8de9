"""/api/v1/quotes/: what lines would cost now, and why. The same engine and the same cents as the cart."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaigns.models import Customer
from pricing.engine.cart import MAX_LINES
from pricing.engine.document import quote_document
from pricing.engine.errors import WrongDocument
from pricing.engine.messages import N_
from pricing.engine.quote import Quote
from pricing.engine.wire import read
from pricing.models import Sku
from pricing.places import CHANNELS, TERMINALS
from storefront.api.refusing import NotAllowedHere
from storefront.api.shapes import REFUSALS, shape_of, with_texts
from storefront.models import MOST_UNITS, Cart
from storefront.priced import Priced
from storefront.quoting import Wanted, price_wanted
from storefront.refusals import CannotBuy
from storefront.selectors.availability import left_for
from storefront.selectors.catalogue import most_units_of, sellable_skus
from storefront.wording import say

NAME_A_CUSTOMER = "storefront.quote_customer"
LONGEST_REGION = Cart._meta.get_field("region").max_length


@dataclass(frozen=True, slots=True)
class WantedLine:
    """Units of one SKU, by its code."""

    sku: str
    quantity: int

    def __post_init__(self) -> None:
        if not 1 <= self.quantity <= MOST_UNITS:
            raise WrongDocument(
                N_("Give a number from %(least)s to %(most)s."), field="quantity", least=1, most=MOST_UNITS
            )


@dataclass(frozen=True, slots=True)
class QuoteRequest:
    """The body of a request. No customer means a guest; the best of a customer's coupons are used."""

    lines: tuple[WantedLine, ...]
    customer: str | None = None
    region: str = ""
    channel: str = "web"
    terminal: str = ""

    def __post_init__(self) -> None:
        if not self.lines:
            raise WrongDocument(N_("Give at least one line."), field="lines")
        if len(self.lines) > MAX_LINES:
            raise WrongDocument(N_("A cart holds at most %(most)s lines."), field="lines", most=MAX_LINES)
        if len(self.region) > LONGEST_REGION:
            raise WrongDocument(N_("The region is too long."), field="region")
        _check_place("channel", self.channel, CHANNELS)
        if self.terminal:
            _check_place("terminal", self.terminal, TERMINALS)
        seen: set[str] = set()
        for place, line in enumerate(self.lines):
            if line.sku in seen:
                raise WrongDocument(
                    N_("This SKU has a line already: add up the quantities."), field=f"lines[{place}].sku"
                )
            seen.add(line.sku)


def _check_place(field: str, code: str, known: Mapping[str, str]) -> None:
    if code not in known:
        raise WrongDocument(N_("One of these is needed: %(codes)s."), field=field, codes=", ".join(known))


def _answer_shape() -> dict[str, Any]:
    quote = with_texts(shape_of(Quote), "fingerprint")
    for name, texts in (("applied", ["name"]), ("not_applied", ["name", "message"]), ("nearest_gains", ["name"])):
        rows = quote["properties"][name]
        rows["items"] = with_texts(rows["items"], *texts)
    at = shape_of(datetime)
    return {"type": "object", "properties": {"at": at, "quote": quote}, "required": ["at", "quote"]}


class Quotes(APIView):
    throttle_scope = "quotes"

    @extend_schema(
        operation_id="quote",
        request={"application/json": shape_of(QuoteRequest)},
        responses={200: _answer_shape(), **REFUSALS},
    )
    def post(self, request: Request) -> Response:
        """Price lines as a cart would be priced at this moment. Nothing is written."""
        asked = read(QuoteRequest, request.data, "")
        at = timezone.now()
        wanted = Wanted(
            customer=_customer(request, asked.customer),
            units=_units(asked.lines),
            at=at,
            region=asked.region,
            channel=asked.channel,
            terminal=asked.terminal,
        )
        priced = price_wanted(wanted)
        _refuse_more_than_is_left(asked.lines, wanted, priced)
        return Response({"at": at.isoformat(), "quote": _written(priced)})


def _customer(request: Request, code: str | None) -> Customer | None:
    """Return who is named. Whether a customer exists is told only to those who may name one."""
    if code is None:
        return None
    if not request.user.has_perm(NAME_A_CUSTOMER):
        raise NotAllowedHere(gettext("Naming a customer needs a permission of its own."), field="customer")
    found = Customer.objects.filter(code=code).first()
    if found is None:
        raise CannotBuy(N_("There is no customer with this code."), field="customer")
    return found


def _units(lines: tuple[WantedLine, ...]) -> tuple[tuple[Sku, int], ...]:
    """Return the SKUs meant. Refuses codes that are not for sale and amounts out of range. One query."""
    skus = {sku.code: sku for sku in sellable_skus().filter(code__in=[line.sku for line in lines])}
    for place, line in enumerate(lines):
        if line.sku not in skus:
            raise CannotBuy(N_("No SKU with this code is for sale."), field=f"lines[{place}].sku")
        if line.quantity > most_units_of(skus[line.sku]):
            raise CannotBuy(N_("The amount of this line is out of range."), field=f"lines[{place}].quantity")
    return tuple((skus[line.sku], line.quantity) for line in lines)


def _refuse_more_than_is_left(lines: tuple[WantedLine, ...], wanted: Wanted, priced: Priced) -> None:
    if short := left_for(wanted.units, priced):
        place = next(place for place, line in enumerate(lines) if line.sku in short)
        raise CannotBuy(
            N_("Only %(left)s pieces of this product are left."),
            field=f"lines[{place}].quantity",
            left=short[lines[place].sku],
        )


def _written(priced: Priced) -> dict[str, Any]:
    """The engine's own form, with names and reasons in the reader's language; nothing that is not announced yet."""
    page, quote = priced.page, priced.quote
    found = quote_document(quote)
    _name(found["applied"], priced)
    _name(found["nearest_gains"], priced)
    reasons = [
        (row, no) for row, no in zip(found["not_applied"], quote.not_applied, strict=True) if priced.is_public(no.offer)
    ]
    found["not_applied"] = [{**row, "message": say(no.reason.message, page.name_of)} for row, no in reasons]
    _name(found["not_applied"], priced)
    return found


def _name(rows: Iterable[dict[str, Any]], priced: Priced) -> None:
    for row in rows:
        row["name"] = priced.page.name_of(row["offer"])

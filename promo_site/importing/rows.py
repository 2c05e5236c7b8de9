"""From the cells of one row to values; whatever is not sound has a reason."""

import re
import unicodedata
import uuid
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pricing.engine.cart import MAX_CENTS
from pricing.models.sku import HIGHEST_PRICE_CENTS
from promo_site.importing.reasons import RowRefused

# Never change it: the keys of imported orders and refunds derive from it.
NAMESPACE = uuid.UUID("5f0c6f2e-6d0b-5d55-9b0e-7a5d0f8f4a11")
MOST_UNITS = 1_000_000
FIRST_DAY = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST_NAME = 120

INVOICE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,29}")
CANCELLATION = re.compile(r"C[0-9]+")
SKU_CODE = re.compile(r"[A-Z0-9][A-Z0-9._-]{0,59}")
# Postage, carriage, discounts, manual entries, samples, fees, charity, bad debt, vouchers, tests, corrections.
SERVICE = re.compile(r"POST|DOT|C2|C3|D|M|S|B|CRUK|BANK CHARGES|AMAZON ?FEE|GIFT_.*|TEST[0-9]*|ADJUST[0-9]*")
QUANTITY = re.compile(r"[+-]?[0-9]{1,18}")
PRICE = re.compile(r"(-?)([0-9]{1,18})(?:\.([0-9]{1,18}))?")
CUSTOMER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
UNSPECIFIED = {"unspecified", "unknown"}


class Row(NamedTuple):
    """A sound row. `units` is positive for purchases and cancellations alike; `day` is the site's calendar day."""

    cancels: bool
    invoice: str
    key: uuid.UUID
    sku: str
    name: str | None
    units: int
    at: datetime
    day: date
    price_cents: int
    customer: str | None
    region: str


def row_of(cells: list[str], *, zone: ZoneInfo, now: datetime) -> Row:
    """Return the values of the cells (in the order of COLUMNS). Raises RowRefused with the first reason found."""
    number, code, description, quantity, moment, price, customer, country = (cell.strip() for cell in cells)
    invoice, sku = _invoice(number), _sku(code)
    units, price_cents = _units(quantity), _price_cents(price)
    at = _moment(moment, zone)
    if not FIRST_DAY <= at <= now:
        raise RowRefused("date")
    buyer = _customer(customer)
    cancels = CANCELLATION.fullmatch(invoice) is not None
    _refuse_what_is_no_trade(cancels=cancels, units=units, price_cents=price_cents, customer=buyer)
    return Row(
        cancels,
        invoice,
        key_of(invoice),
        sku,
        sound_name(description),
        abs(units),
        at,
        _day(at, zone),
        price_cents,
        buyer,
        _region(country),
    )


@lru_cache(maxsize=4096)
def key_of(invoice: str) -> uuid.UUID:
    """Return the key that an invoice has in every run: of its order, or of its refunds."""
    return uuid.uuid5(NAMESPACE, invoice)


def sound_name(description: str) -> str | None:
    """Return a name that shoppers may read; None for remarks of the stockroom such as "damages?"."""
    name = " ".join(description.split())
    sound = name.isprintable() and "\ufffd" not in name and any(letter.isupper() for letter in name)
    return name[:LONGEST_NAME] if sound else None


def _refuse_what_is_no_trade(*, cancels: bool, units: int, price_cents: int, customer: str | None) -> None:
    if not price_cents:
        raise RowRefused("write_off" if units < 0 else "no_price")
    if cancels and units > 0:
        raise RowRefused("cancellation_adds_units")
    if cancels and customer is None:
        raise RowRefused("cancellation_without_customer")
    if units < 0 and not cancels:
        raise RowRefused("negative_quantity")
    if abs(units) * price_cents > MAX_CENTS:
        raise RowRefused("amount_too_high")


def _invoice(text: str) -> str:
    invoice = text.upper()
    if not INVOICE.fullmatch(invoice):
        raise RowRefused("invoice_number")
    return invoice


@lru_cache(maxsize=8192)
def _sku(text: str) -> str:
    code = unicodedata.normalize("NFKC", text).upper()
    if SERVICE.fullmatch(code):
        raise RowRefused("service_code")
    if not SKU_CODE.fullmatch(code):
        raise RowRefused("sku_code")
    return code


def _units(text: str) -> int:
    if not QUANTITY.fullmatch(text) or abs(int(text)) > MOST_UNITS:
        raise RowRefused("quantity")
    if not (units := int(text)):
        raise RowRefused("no_units")
    return units


@lru_cache(maxsize=8192)
def _price_cents(text: str) -> int:
    found = PRICE.fullmatch(text)
    if not found:
        raise RowRefused("price")
    sign, whole, fraction = found[1], found[2], (found[3] or "").rstrip("0")
    if sign and (int(whole) or fraction):
        raise RowRefused("negative_price")
    if len(fraction) > 2:
        raise RowRefused("sub_cent_price")
    cents = int(whole) * 100 + int(fraction.ljust(2, "0"))
    if cents > HIGHEST_PRICE_CENTS:
        raise RowRefused("price_too_high")
    return cents


@lru_cache(maxsize=4096)
def _moment(text: str, zone: ZoneInfo) -> datetime:
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise RowRefused("date") from None


@lru_cache(maxsize=4096)
def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def _customer(text: str) -> str | None:
    if not text:
        return None
    if not CUSTOMER.fullmatch(text):
        raise RowRefused("customer")
    return text


@lru_cache(maxsize=1024)
def _region(text: str) -> str:
    if len(text) > 64 or not text.isprintable():
        raise RowRefused("country")
    return "" if text.lower() in UNSPECIFIED else text

"""What a price depends on: the lines, the shopper, the moment and the place. Money in cents."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NoReturn

from pricing.engine.currencies import CURRENCIES
from pricing.engine.errors import WrongDocument
from pricing.engine.messages import N_

ProductKind = Literal["physical", "virtual", "service"]
ANY_SKU = "*"  # in counts: all SKUs of an offer together
MAX_LINES = 2_000
MAX_CENTS = 10**13
MAX_QUANTITY = 10**9


@dataclass(frozen=True, slots=True)
class CartLine:
    """Some units of one SKU.

    `key` names the line within its cart. `categories` holds the product's own categories and all their ancestors.
    `list_cents` and `floor_cents` are for one unit; pricing never goes below min(list, floor). A line that is not
    `discountable` is open to no offer.
    """

    key: str
    shop: str
    sku: str
    product: str
    list_cents: int
    quantity: int
    categories: frozenset[str] = frozenset()
    kind: ProductKind = "physical"
    floor_cents: int = 0
    discountable: bool = True

    def __post_init__(self) -> None:
        if not (self.key and self.shop and self.sku) or self.sku == ANY_SKU:
            _refuse_names(self)
        if not 0 <= self.list_cents <= MAX_CENTS:
            raise WrongDocument(N_("A price is zero or more and below 100 thousand million."), field="list_cents")
        if not 1 <= self.quantity <= MAX_QUANTITY or self.list_cents * self.quantity > MAX_CENTS:
            raise WrongDocument(
                N_("A quantity is 1 or more, and the line's amount must stay in range."), field="quantity"
            )
        if not 0 <= self.floor_cents <= MAX_CENTS:
            raise WrongDocument(N_("A price is zero or more and below 100 thousand million."), field="floor_cents")


def _refuse_names(line: CartLine) -> NoReturn:
    """Name the code that is missing, or the SKU that would be taken for all SKUs."""
    for field_name in ("key", "shop", "sku"):
        if not getattr(line, field_name):
            raise WrongDocument(N_("This is needed."), field=field_name)
    raise WrongDocument(N_("No product is called %(sku)s."), field="sku", sku=line.sku)


@dataclass(frozen=True, slots=True)
class Shopper:
    """What conditions may ask about the person. None = unknown, as for a guest.

    `audiences`: the names of those that the person belongs to, as far as an offer in question asks for them.
    """

    id: str | None = None
    level: str | None = None
    tags: frozenset[str] = frozenset()
    orders_placed: int | None = None
    phone_verified: bool = False
    audiences: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.orders_placed is not None and self.orders_placed < 0:
            raise WrongDocument(N_("A number of orders is zero or more."), field="orders_placed")


@dataclass(frozen=True, slots=True)
class ShippingFee:
    """What one shop charges for sending its goods, in cents."""

    shop: str
    fee_cents: int

    def __post_init__(self) -> None:
        if not self.shop:
            raise WrongDocument(N_("This is needed."), field="shop")
        if not 0 <= self.fee_cents <= MAX_CENTS:
            raise WrongDocument(N_("A shipping fee is zero or more."), field="fee_cents")


@dataclass(frozen=True, slots=True)
class Cart:
    """All that is priced together, at one moment. Refuses repeated line keys, more than 2,000 lines, a naive time."""

    lines: tuple[CartLine, ...]
    at: datetime
    shopper: Shopper = field(default_factory=Shopper)
    channel: str = "web"
    terminal: str = ""
    region: str = ""
    shipping: tuple[ShippingFee, ...] = ()
    currency: str = "CNY"

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise WrongDocument(N_("The time needs a time zone."), field="at")
        if self.currency not in CURRENCIES:
            raise WrongDocument(N_("A currency is a code such as CNY or USD."), field="currency")
        if len(self.lines) > MAX_LINES:
            raise WrongDocument(N_("A cart holds at most %(most)s lines."), field="lines", most=MAX_LINES)
        if len({line.key for line in self.lines}) < len(self.lines):
            raise WrongDocument(N_("Each line needs a key of its own."), field="lines")
        if len({fee.shop for fee in self.shipping}) < len(self.shipping):
            raise WrongDocument(N_("Each shop has one shipping fee."), field="shipping")

"""Facts: what changes by the second and is read with every quote."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pricing.engine.cart import ANY_SKU
from pricing.engine.errors import WrongDocument
from pricing.engine.messages import N_

__all__ = ["ANY_SKU", "Facts", "HeldCoupon"]


@dataclass(frozen=True, slots=True)
class HeldCoupon:
    """One voucher. `held` False: it could be claimed but is not yet; it then only counts for the "with coupon" price.

    `offer` is the id of the offer of its template's revision. `locked`: an unpaid order holds it.
    """

    id: str
    offer: str
    valid_from: datetime
    valid_until: datetime
    locked: bool = False
    held: bool = True

    def __post_init__(self) -> None:
        if not self.id:
            raise WrongDocument(N_("This is needed."), field="id")


@dataclass(frozen=True, slots=True)
class Facts:
    """Counts at this moment. A missing count of a limited offer is 0: what is not known is not given away.

    `units_left` counts units by (offer, SKU); the key (offer, "*") counts them over all its SKUs. `uses_left` counts
    the pieces that this shopper may still have of an offer, `sku_uses_left` by (offer, SKU) those of a SKU that has a
    limit of its own, `budget_left_cents` the money an offer may still give. `gifts_left` counts the units of a gift by
    (offer, SKU): of those that state a stock, and of others as far as they are known to be scarce.
    """

    units_left: Mapping[tuple[str, str], int] = field(default_factory=dict)
    uses_left: Mapping[str, int] = field(default_factory=dict)
    sku_uses_left: Mapping[tuple[str, str], int] = field(default_factory=dict)
    budget_left_cents: Mapping[str, int] = field(default_factory=dict)
    coupons: tuple[HeldCoupon, ...] = ()
    gifts_left: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len({coupon.id for coupon in self.coupons}) < len(self.coupons):
            raise WrongDocument(N_("Each coupon stands here once."), field="coupons")

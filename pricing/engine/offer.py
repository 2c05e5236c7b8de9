"""Offer: what the engine sees of a campaign or a coupon template."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pricing.engine.errors import WrongParams
from pricing.engine.layers import LATER_THAN_ITEM, PLATFORM, STAGE_OF, TERMS, Layer
from pricing.engine.messages import N_
from pricing.engine.money import WHOLE_BP
from pricing.engine.rules import Benefit, Condition
from pricing.engine.scope import Scope


@dataclass(frozen=True, slots=True)
class Offer:
    """Benefit + conditions + scope + stacking terms, as one immutable value.

    `scope` becomes what the offer takes: goods that the benefit itself names are part of it (`Benefit.taking`).
    `owner` is "platform" or a shop's code. `combines_with` holds terms such as "order:platform"; two offers share a
    line only if each admits the other's term. `funding` lists (funder, basis points) summing to 10,000; empty = the
    owner pays all. `limited_units` / `limited_uses` / `budgeted` say which Facts bind the offer. `starts_at` counts,
    `ends_at` does not. `by_coupon`: only with a voucher (always so in the coupon layers); `coupons_per_order` of them
    may meet in one order if the offer admits its own term. Refuses terms and benefits that cannot work together,
    naming the field.
    """

    id: str
    name: str
    layer: Layer
    owner: str
    benefit: Benefit
    scope: Scope
    conditions: tuple[Condition, ...] = ()
    priority: int = 0
    combines_with: frozenset[str] = frozenset()
    group: str | None = None
    exclusive: Literal["none", "lines", "order"] = "none"
    mandatory: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    paused: bool = False
    funding: tuple[tuple[str, int], ...] = ()
    limited_units: bool = False
    limited_uses: bool = False
    budgeted: bool = False
    threshold_on: Literal["net", "list"] = "net"
    refund_policy: Literal["as_paid", "reprice"] = "as_paid"
    by_coupon: bool = False
    coupons_per_order: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "scope", self.benefit.taking(self.scope))
        for name in ("id", "owner", "group"):
            if getattr(self, name) == "":
                raise WrongParams(N_("This is needed."), field=name)
        if self.layer not in self.benefit.LAYERS:
            raise WrongParams(
                N_("This benefit does not work in the layer %(layer)s."), field="layer", layer=str(self.layer)
            )
        if not self.combines_with <= TERMS:
            raise WrongParams(
                N_("There is no such layer and owner: %(term)s."),
                field="combines_with",
                term=min(self.combines_with - TERMS),
            )
        if self.funding and sum(share for _, share in self.funding) != WHOLE_BP:
            raise WrongParams(N_("The funders' shares sum to 100 percent (10000)."), field="funding")
        if any(share < 0 or not funder for funder, share in self.funding) or len(dict(self.funding)) < len(
            self.funding
        ):
            raise WrongParams(N_("Each funder is named once and carries zero or more."), field="funding")
        if self.starts_at and self.ends_at and self.starts_at >= self.ends_at:
            raise WrongParams(N_("The end is after the start."), field="ends_at")
        if self.coupons_per_order < 1:
            raise WrongParams(N_("At least one coupon may be used."), field="coupons_per_order")

    @property
    def term(self) -> str:
        """The (layer, owner) that other offers admit or not, such as "order:shop"."""
        return f"{self.layer.value}:{PLATFORM if self.owner == PLATFORM else 'shop'}"

    @property
    def needs_coupon(self) -> bool:
        """Whether it counts once per voucher held, instead of for everybody."""
        return self.by_coupon or self.layer is Layer.COUPON

    @property
    def stage(self) -> int:
        """The place of the offer's layer in the order of computing."""
        return STAGE_OF[self.term]

    @property
    def funders(self) -> tuple[tuple[str, int], ...]:
        """Who pays which part, the platform first; the owner pays all unless said otherwise."""
        shares = self.funding or ((self.owner, WHOLE_BP),)
        return tuple(sorted(shares, key=lambda share: (share[0] != PLATFORM, share[0])))

    @property
    def always_applied(self) -> bool:
        """Whether the offer is settled before the search: mandatory, or an item offer that stands in nobody's way."""
        binds_nobody = self.group is None and self.exclusive == "none" and self.combines_with >= LATER_THAN_ITEM
        return self.mandatory or (self.layer is Layer.ITEM and binds_nobody)

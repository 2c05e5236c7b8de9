"""Unit tiers: what each piece costs from a number of pieces on, as a price, an amount off or a rate off."""

from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Annotated, Any, ClassVar

from pricing.engine.errors import WrongParams
from pricing.engine.messages import N_
from pricing.engine.money import portion
from pricing.engine.params import BASIS_POINTS, CENTS, COUNT, PRICE, Kind

MAX_TIERS = 20
GIVES = {"price_cents": PRICE, "off_cents": CENTS, "rate_bp": BASIS_POINTS}
FIGURES = {"from_pieces": COUNT} | GIVES


@dataclass(frozen=True, slots=True)
class UnitTier:
    """From the piece `from_pieces` on: the price of one piece, or an amount or a rate off it."""

    from_pieces: int
    price_cents: int | None = None
    off_cents: int | None = None
    rate_bp: int | None = None

    by_pieces: ClassVar[bool] = True  # its threshold counts pieces, as tiers of an amount may

    @property
    def threshold(self) -> int:
        """The number of pieces from which on the tier counts."""
        return self.from_pieces

    @property
    def gives(self) -> str:
        """What the tier gives: the name of its figure."""
        return next(name for name in GIVES if getattr(self, name) is not None)

    def reduction(self, unit_cents: int) -> int:
        """Return what one piece at this price gets off; never a raise, never more than the price."""
        if self.price_cents is not None:
            return max(0, unit_cents - self.price_cents)
        if self.off_cents is not None:
            return min(unit_cents, self.off_cents)
        return portion(unit_cents, self.rate_bp or 0)


def load_unit_tiers(value: Any, field: str) -> tuple[UnitTier, ...]:
    """Return the tiers in ascending order. Refuses none, mixed figures, equal thresholds, a tier worth no more."""
    if not isinstance(value, (list, tuple)) or not 1 <= len(value) <= MAX_TIERS:
        raise WrongParams(N_("Give between 1 and %(most)s tiers."), field=field, most=MAX_TIERS)
    tiers = tuple([_tier(item, f"{field}[{place}]") for place, item in enumerate(value)])
    if len({tier.gives for tier in tiers}) > 1:
        raise WrongParams(N_("All tiers give a price, or all an amount off, or all a rate off."), field=field)
    if not _rises([tier.from_pieces for tier in tiers]):
        raise WrongParams(N_("Every tier has a higher threshold than the one before."), field=field)
    if not _rises([_worth(tier) for tier in tiers]):
        raise WrongParams(N_("A higher tier gives more than a lower one."), field=field)
    return tiers


def dump_unit_tier(tier: UnitTier) -> dict[str, int]:
    """Return the tier as JSON."""
    return {"from_pieces": tier.from_pieces, tier.gives: getattr(tier, tier.gives)}


def _tier(item: Any, field: str) -> UnitTier:
    """Return one tier from JSON or from a UnitTier."""
    if isinstance(item, UnitTier):
        item = {part.name: getattr(item, part.name) for part in fields(item) if getattr(item, part.name) is not None}
    if not isinstance(item, dict) or not set(item) <= set(FIGURES) or "from_pieces" not in item:
        raise WrongParams(N_("A tier has a number of pieces and a price, an amount off or a rate off."), field=field)
    if len(set(GIVES) & set(item)) != 1:
        raise WrongParams(N_("A tier gives one thing: a price, an amount off or a rate off."), field=field)
    for name, kind in FIGURES.items():
        if name in item:
            kind.load(item[name], f"{field}.{name}")
    return UnitTier(**item)


def _worth(tier: UnitTier) -> int:
    """Return a figure that is larger where one piece becomes cheaper."""
    return -tier.price_cents if tier.price_cents is not None else tier.off_cents or tier.rate_bp or 0


def _rises(figures: list[int]) -> bool:
    return all(low < high for low, high in pairwise(figures))


UNIT_TIERS = Kind(
    "unit_tiers",
    load_unit_tiers,
    lambda tiers: [dump_unit_tier(tier) for tier in tiers],
    {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {name: kind.schema for name, kind in FIGURES.items()},
            "required": ["from_pieces"],
            "oneOf": [{"required": [name]} for name in GIVES],
            "additionalProperties": False,
        },
        "minItems": 1,
        "maxItems": MAX_TIERS,
    },
)
UnitTiers = Annotated[tuple[UnitTier, ...], UNIT_TIERS]

"""Tiers: the steps of a threshold reduction, each an amount or a rate."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any

from pricing.engine.errors import WrongParams
from pricing.engine.messages import N_
from pricing.engine.params import BASIS_POINTS, CENTS, COUNT, PRICE, Kind

MAX_TIERS = 20
THRESHOLDS = {"threshold_cents": PRICE, "threshold_pieces": COUNT}  # an amount of 0: from nothing on
GIVES = {"off_cents": CENTS, "rate_bp": BASIS_POINTS}
FIGURES = THRESHOLDS | GIVES


@dataclass(frozen=True, slots=True)
class Tier:
    """From a threshold on: an amount off or a rate off. The threshold is an amount or a number of pieces."""

    threshold_cents: int | None = None
    off_cents: int | None = None
    rate_bp: int | None = None
    threshold_pieces: int | None = None

    @property
    def threshold(self) -> int:
        """The threshold in cents or pieces, whichever the tier counts."""
        return self.threshold_cents or self.threshold_pieces or 0

    @property
    def by_pieces(self) -> bool:
        """Whether the tier counts pieces."""
        return self.threshold_pieces is not None


def load_tiers(value: Any, field: str) -> tuple[Tier, ...]:
    """Return the tiers in ascending order. Refuses none, mixed measures, equal thresholds, a tier worth no more."""
    if not isinstance(value, (list, tuple)) or not 1 <= len(value) <= MAX_TIERS:
        raise WrongParams(N_("Give between 1 and %(most)s tiers."), field=field, most=MAX_TIERS)
    tiers = [_tier(item, f"{field}[{index}]") for index, item in enumerate(value)]
    if len({tier.by_pieces for tier in tiers}) > 1:
        raise WrongParams(N_("All tiers count amounts, or all count pieces."), field=field)
    if not _ascending([tier.threshold for tier in tiers]):
        raise WrongParams(N_("Every tier has a higher threshold than the one before."), field=field)
    for worth in ([t.off_cents for t in tiers if t.off_cents], [t.rate_bp for t in tiers if t.rate_bp]):
        if not _ascending(worth):
            raise WrongParams(N_("A higher tier gives more than a lower one."), field=field)
    return tuple(tiers)


def _ascending(figures: list[int]) -> bool:
    return all(low < high for low, high in zip(figures, figures[1:], strict=False))


def _tier(item: Any, field: str) -> Tier:
    """Return one tier from JSON or from a Tier."""
    if isinstance(item, Tier):
        item = dump_tier(item)
    if not isinstance(item, dict) or not set(item) <= set(FIGURES):
        raise WrongParams(N_("A tier has a threshold and an amount or a rate."), field=field)
    if len(set(THRESHOLDS) & set(item)) != 1:
        raise WrongParams(N_("A tier has one threshold: an amount or a number of pieces."), field=field)
    if len(set(GIVES) & set(item)) != 1:
        raise WrongParams(N_("A tier gives one thing: an amount or a rate."), field=field)
    for name, kind in FIGURES.items():
        if name in item:
            kind.load(item[name], f"{field}.{name}")
    tier = Tier(**item)
    if tier.threshold_cents and (tier.off_cents or 0) > tier.threshold_cents:
        raise WrongParams(N_("The reduction is larger than the threshold."), field=f"{field}.off_cents")
    return tier


def dump_tier(tier: Tier) -> dict[str, int]:
    """Return the tier as JSON, without what it does not have."""
    return {name: value for name in FIGURES if (value := getattr(tier, name)) is not None}


def _one_of(names: Iterable[str]) -> dict[str, Any]:
    return {"oneOf": [{"required": [name]} for name in names]}


TIERS = Kind(
    "tiers",
    load_tiers,
    lambda tiers: [dump_tier(tier) for tier in tiers],
    {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {name: kind.schema for name, kind in FIGURES.items()},
            "allOf": [_one_of(THRESHOLDS), _one_of(GIVES)],
            "additionalProperties": False,
        },
        "minItems": 1,
        "maxItems": MAX_TIERS,
    },
)
Tiers = Annotated[tuple[Tier, ...], TIERS]

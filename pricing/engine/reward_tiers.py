"""Reward tiers: which coupon an order earns from which amount on, above the first one."""

from dataclasses import asdict, dataclass
from typing import Annotated, Any

from pricing.engine.errors import WrongParams
from pricing.engine.messages import N_
from pricing.engine.params import CENTS, TEMPLATE, Kind

MAX_REWARD_TIERS = 9
FIGURES = {"threshold_cents": CENTS, "template": TEMPLATE, "value_cents": CENTS}


@dataclass(frozen=True, slots=True)
class RewardTier:
    """From this amount on the coupon of this template, worth `value_cents` for the books."""

    threshold_cents: int
    template: str
    value_cents: int


def load_reward_tiers(value: Any, field: str) -> tuple[RewardTier, ...]:
    """Return the tiers in ascending order. Refuses too many, thresholds that do not rise, a coupon worth no more."""
    if not isinstance(value, (list, tuple)) or len(value) > MAX_REWARD_TIERS:
        raise WrongParams(N_("Give at most %(most)s higher coupons."), field=field, most=MAX_REWARD_TIERS)
    tiers = tuple([_tier(item, f"{field}[{index}]") for index, item in enumerate(value)])
    check_rising(tiers, field)
    return tiers


def check_rising(tiers: tuple[RewardTier, ...], field: str) -> None:
    """Refuse a tier that does not start later, and give more, than the one before."""
    for low, high in zip(tiers, tiers[1:], strict=False):
        if low.threshold_cents >= high.threshold_cents:
            raise WrongParams(N_("Every tier has a higher threshold than the one before."), field=field)
        if low.value_cents >= high.value_cents:
            raise WrongParams(N_("A higher tier gives more than a lower one."), field=field)


def _tier(item: Any, field: str) -> RewardTier:
    """Return one tier from JSON or from a RewardTier."""
    if isinstance(item, RewardTier):
        return item
    if not isinstance(item, dict) or set(item) != set(FIGURES):
        raise WrongParams(N_("A higher coupon has a threshold, a coupon and what it is worth."), field=field)
    return RewardTier(**{name: kind.load(item[name], f"{field}.{name}") for name, kind in FIGURES.items()})


REWARD_TIERS = Kind(
    "reward_tiers",
    load_reward_tiers,
    lambda tiers: [asdict(tier) for tier in tiers],
    {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {name: kind.schema for name, kind in FIGURES.items()},
            "required": list(FIGURES),
            "additionalProperties": False,
        },
        "maxItems": MAX_REWARD_TIERS,
    },
)
RewardTiers = Annotated[tuple[RewardTier, ...], REWARD_TIERS]

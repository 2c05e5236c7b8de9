"""Layers: the order in which discounts are computed."""

from enum import Enum

PLATFORM = "platform"


class Layer(str, Enum):  # noqa: UP042 - the value is what rows and documents hold, also when formatted
    """Where in the computation an offer stands."""

    ITEM = "item"
    MULTI = "multi"
    ORDER = "order"
    COUPON = "coupon"
    SHIPPING = "shipping"

    def __str__(self) -> str:
        return self.value


OWNED = ("shop", PLATFORM)
STAGES: tuple[tuple[str, ...], ...] = (
    ("item:shop", "item:platform"),
    ("multi:shop", "multi:platform"),
    ("order:shop",),
    ("order:platform",),
    ("coupon:shop",),
    ("coupon:platform",),
    ("shipping:shop", "shipping:platform"),
)
TERMS: frozenset[str] = frozenset(term for stage in STAGES for term in stage)
STAGE_OF: dict[str, int] = {term: place for place, stage in enumerate(STAGES) for term in stage}
LATER_THAN_ITEM: frozenset[str] = frozenset(
    term for term in TERMS if STAGE_OF[term] > 0 and not term.startswith("shipping")
)

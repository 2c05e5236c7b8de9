from campaigns.admin import (
    campaign,
    customer,
    festival,
    intervention,
    on_hand,
    review_limit,
    segment,
)

__all__ = [
    "campaign",
    "customer",
    "festival",
    "intervention",
    "on_hand",
    "review_limit",
    "segment",
]

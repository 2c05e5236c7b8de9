from campaigns.admin import (
    audit,
    campaign,
    customer,
    festival,
    intervention,
    on_hand,
    review_limit,
    segment,
)

__all__ = [
    "audit",
    "campaign",
    "customer",
    "festival",
    "intervention",
    "on_hand",
    "review_limit",
    "segment",
]

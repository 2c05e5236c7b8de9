from campaigns.admin import (
    audit,
    campaign,
    customer,
    customer_list,
    festival,
    intervention,
    on_hand,
    review_limit,
    segment,
    tag,
)

__all__ = [
    "audit",
    "campaign",
    "customer",
    "customer_list",
    "festival",
    "intervention",
    "on_hand",
    "review_limit",
    "segment",
    "tag",
]

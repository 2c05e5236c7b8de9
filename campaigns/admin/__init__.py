from campaigns.admin import (
    audit,
    campaign,
    conflict_limits,
    customer,
    customer_list,
    festival,
    intervention,
    load_test,
    on_hand,
    review_limit,
    segment,
    tag,
)

__all__ = [
    "audit",
    "campaign",
    "conflict_limits",
    "customer",
    "customer_list",
    "festival",
    "intervention",
    "load_test",
    "on_hand",
    "review_limit",
    "segment",
    "tag",
]

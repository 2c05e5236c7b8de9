from campaigns.admin import (
    campaign,
    customer,
    festival,
    intervention,
    review_limit,
)

__all__ = [
    "campaign",
    "customer",
    "festival",
    "intervention",
    "review_limit",
]

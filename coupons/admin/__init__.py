from coupons.admin import (
    claim_campaign,
    code_pool,
    compensation,
    compensation_limit,
    coupon,
    grant,
    member_gift,
    partner,
    risk_block,
    risk_case,
    risk_profile,
    template,
)

__all__ = [
    "claim_campaign",
    "code_pool",
    "compensation",
    "compensation_limit",
    "coupon",
    "partner",
    "risk_block",
    "risk_case",
    "risk_profile",
    "grant",
    "member_gift",
    "template",
]

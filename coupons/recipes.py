"""Common set-ups of a coupon with its claim campaign, as initial values of the page that asks for both."""

from datetime import datetime, timedelta
from typing import Any

from campaigns.recipes.recipe import Slot
from coupons.models import Validity

BENEFIT, LASTS = "amount_off", timedelta(days=30)
NEW_CUSTOMERS: dict[str, Any] = {
    "name": "New customers: ¥15 off ¥99",
    "name_zh": "新人券：满99减15",
    "badge": "Welcome",
    "badge_zh": "新人专享",
    "rule_off_cents": 1_500,
    "threshold_cents": 9_900,
    "everything": True,
    "validity": Validity.AFTER_CLAIM,
    "valid_days": 7,
    "with_shop_offers": "yes",
    "with_platform_activities": "yes",
    "with_coupons": "no",
    "issue_per_customer": 1,
    "new_to": "platform",
    "positions": {"chosen": ["home", "coupon_centre"], "cost": {}, "units": {}, "hours": {}},
    "per_customer": 1,
}


def initial_of_recipe(code: str, benefit: str, *, at: datetime) -> dict[str, Any]:
    """Return what a recipe fills in; nothing for one that is not known or not of this benefit."""
    if (code, benefit) != ("new_customers", BENEFIT):
        return {}
    period = Slot(lasts=LASTS).period(at)
    return NEW_CUSTOMERS | {"starts_at": period["starts_at"], "ends_at": period["ends_at"]}

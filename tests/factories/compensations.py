"""What service may give, and coupons that it has given."""

from typing import Any

from coupons.commands.compensating import give_compensation
from coupons.commands.compensation_limits import set_compensation_limit
from coupons.models import Compensation, CompensationLimit, CouponTemplate
from tests.factories import LONG_AGO, NOON
from tests.factories.campaigns import make_checker, make_customer, make_user
from tests.factories.coupons import make_template


def make_limit(*templates: CouponTemplate, **fields: Any) -> CompensationLimit:
    """Limits in force: 3 coupons worth 40.00 per agent and day, alone up to 10.00, unless said."""
    figures = {"per_day": 3, "cents_per_day": 4_000, "alone_up_to_cents": 1_000, "reason": "as usual", **fields}
    return set_compensation_limit(CompensationLimit(**figures), templates=templates, by=make_checker(), at=LONG_AGO)


def make_agent(username: str | None = None, **fields: Any) -> Any:
    return make_user(username, groups=["service"], **fields)


def give(template: CouponTemplate, **wish: Any) -> Compensation:
    """Have service give a coupon of 10.00 for ticket T-1, to somebody new, unless said."""
    asked = {"ticket": "T-1", "reason": "late parcel", "at": NOON, **wish}
    customer = asked.pop("customer", None) or make_customer()
    agent = asked.pop("by", None) or make_agent()
    return give_compensation(template_id=template.pk, customer_id=customer.pk, by=agent, **asked)


def make_compensation(**wish: Any) -> Compensation:
    """One that is given, of a template that service gives from now on."""
    template = make_template()
    make_limit(template)
    return give(template, **wish)

"""The demo's service: what it may give, one coupon that it has given, and one that waits for a second person."""

from datetime import datetime

from coupons.commands.compensating import give_compensation
from coupons.commands.compensation_limits import set_compensation_limit
from coupons.models import CompensationLimit, CouponTemplate
from promo_site.demo.campaigns import DAY, HOUR
from promo_site.demo.people import NEW_MEMBER, REGULAR, Person, customer, staff

SMALL, LARGE = "¥10 for everyone", "VIP: ¥40 off ¥300"


def make_up_for_mistakes(*, at: datetime) -> None:
    """Set the limits and give two coupons, one of them above what an agent gives alone."""
    limit = CompensationLimit(per_day=20, cents_per_day=50_000, alone_up_to_cents=2_000, reason="Autumn rules")
    templates = [_template(SMALL), _template(LARGE)]
    set_compensation_limit(limit, templates=templates, by=staff("approver"), at=at - 2 * DAY)
    _give(NEW_MEMBER, SMALL, "SC-20781", "The parcel came two days late.", at=at - DAY)
    _give(REGULAR, LARGE, "SC-20794", "Three broken cups of a set of six; the set is sold out.", at=at - HOUR)


def _give(person: Person, coupon: str, ticket: str, reason: str, *, at: datetime) -> None:
    give_compensation(
        ticket=ticket,
        customer_id=customer(person).pk,
        template_id=_template(coupon).pk,
        reason=reason,
        by=staff("service"),
        at=at,
    )


def _template(name: str) -> CouponTemplate:
    return CouponTemplate.objects.get(current_revision__name=name)

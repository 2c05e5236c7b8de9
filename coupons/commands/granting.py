"""An operator or a service agent gives a coupon to one customer."""

from datetime import datetime

from coupons.commands.issuing import coupon_of, issue
from coupons.lifecycle import ReviewedState
from coupons.models import Coupon, CouponTemplate, Route
from coupons.refusals import ClaimOver
from pricing.engine.messages import N_
from pricing.transactions import command


@command
def grant_coupon(*, template_id: int, customer_id: int, grant_key: str, at: datetime) -> Coupon:
    """Issue a coupon by hand, once per `grant_key` (such as a ticket number), within the template's limits.

    Raises ClaimOver, LimitReached or AllGone; then nothing has changed.
    """
    if granted := Coupon.objects.filter(grant_key=grant_key).first():
        return granted
    template = CouponTemplate.objects.filter(pk=template_id, state=ReviewedState.APPROVED)
    found = template.select_related("current_revision").first()
    if found is None:
        raise ClaimOver(N_("This coupon is not given out."))
    coupon = coupon_of(found.current_revision, customer_id=customer_id, at=at, grant_key=grant_key, route=Route.GRANT)
    return coupon if issue(coupon, at=at) else Coupon.objects.get(grant_key=grant_key)

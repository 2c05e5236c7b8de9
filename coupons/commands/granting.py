"""An operator, a service agent or an order gives a coupon to one customer."""

from datetime import datetime

from coupons.commands.issuing import Twin, coupon_of, issue, revision_given_out
from coupons.models import Coupon, Route
from coupons.refusals import GrantKeyUsed
from pricing.engine.messages import N_
from pricing.transactions import attempt, command


@command
def grant_coupon(
    *, template_id: int, customer_id: int, grant_key: str, at: datetime, route: Route = Route.GRANT
) -> Coupon:
    """Issue a coupon by hand or for an order, once per `grant_key` (such as a ticket number), within its limits.

    Raises ClaimOver, NotGivenNow while it is paused, LimitReached, AllGone, or GrantKeyUsed if the key has given
    another coupon or somebody else one; then nothing has changed.
    """
    if granted := Coupon.objects.filter(grant_key=grant_key).first():
        return _same(granted, template_id=template_id, customer_id=customer_id)
    revision = revision_given_out(template_id)
    coupon = coupon_of(revision, customer_id=customer_id, at=at, grant_key=grant_key, route=route)
    try:
        with attempt():
            issue(coupon, at=at)
    except Twin:
        return _same(Coupon.objects.get(grant_key=grant_key), template_id=template_id, customer_id=customer_id)
    return coupon


def _same(granted: Coupon, *, template_id: int, customer_id: int) -> Coupon:
    if (granted.template_id, granted.customer_id) != (template_id, customer_id):
        raise GrantKeyUsed(N_("Under this number another coupon was given out."), field="grant_key")
    return granted

"""How far is a cart on the way to one coupon?"""

from dataclasses import dataclass

from coupons.models import Coupon
from pricing.engine.messages import Message
from storefront.priced import Priced
from storefront.selectors.cart_view import GainView, gains_of
from storefront.selectors.reasons_told import reasons_told


@dataclass(frozen=True, slots=True)
class Progress:
    """What the coupon takes off the cart now; what is missing for (more of) it; else why it does not apply.

    Equal coupons are one: the engine uses the one that expires first.
    """

    saving_cents: int
    gain: GainView | None
    reason: Message | None


def progress_of(priced: Priced, coupon: Coupon) -> Progress | None:
    """Return how far a priced cart is; None where nothing in it is meant by the coupon. One query at most."""
    offer = coupon.revision.offer_id
    saving_cents = sum(row.discount_cents for row in priced.quote.applied if row.offer == offer)
    gain = next((gain for gain in gains_of(priced) if gain.offer == offer), None)
    reasons = {no.coupon: no.reason for no in priced.quote.not_applied if no.offer == offer}
    reason = reasons.get(coupon.offer_id) or next(iter(reasons.values()), None)
    if not (saving_cents or gain or reason):
        return None
    is_told = reason is not None and not saving_cents and not gain
    return Progress(saving_cents, gain, reasons_told(priced)(offer, reason) if is_told else None)

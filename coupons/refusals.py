"""What the business says no to when coupons are handed out, used or given back."""

from pricing.engine.errors import Refusal


class NotOpenYet(Refusal):
    """Claiming has not started."""


class ClaimOver(Refusal):
    """There is nothing to claim here any more, or never was."""


class NotGivenNow(Refusal):
    """The coupon is paused or changed at this very moment: trying again later may help."""


class AllGone(Refusal):
    """As many coupons as planned, or as the budget allows, have been issued."""


class LimitReached(Refusal):
    """This customer has as many as one customer may have."""


class NotForYou(Refusal):
    """The audience is another one."""


class LinkRefused(Refusal):
    """A link to claim by is good for nothing; whatever the reason, the words are the same."""


class GrantKeyUsed(Refusal):
    """A grant was sent before with other contents."""


class CouponUnavailable(Refusal):
    """The coupon cannot be used for this order; the message says why."""


class LockLost(Refusal):
    """The order does not hold a coupon any more that it was priced with."""


class CompensationRefused(Refusal):
    """Service cannot give, decide or recall this; `field` names the input where there is one."""


class GrantHalted(Refusal):
    """A grant by hand gives nothing more: somebody has paused or stopped it."""


class GiftHalted(Refusal):
    """A gift to members gives nothing now: somebody has paused or stopped it."""


class CodeRefused(Refusal):
    """A code gives nothing; whatever the reason, the words are the same."""


class TooManyTries(Refusal):
    """So many codes were tried that nobody types them."""


class IssuedTooFast(Refusal):
    """So many coupons of a template were issued within one minute that somebody has to look first."""


class MinuteFull(Refusal):
    """What a person has approved gives nothing more within this minute; it goes on in the next one."""


class NotNow(Refusal):
    """Risk control refuses; the words tell no rule."""


class UnderReview(Refusal):
    """Risk control has held it: a person looks at it first. Nothing was given, and no place is kept."""


class NoDrawsLeft(Refusal):
    """The customer has no draw left in this lottery, or the page that asked is older than their last draw."""


class OddsChanged(Refusal):
    """Another version of the lottery is in force than the one whose odds were shown."""


class PrizeGone(Refusal):
    """As many of a prize as planned have been given: in all, that day, or to this customer."""

"""What campaigns say no to when they are put in force."""

from pricing.engine.errors import Refusal


class CapBelowUse(Refusal):
    """A cap would be lower than what has been used already."""


class NothingToReserve(Refusal):
    """Fewer pieces are free than a campaign would have to reserve; `field` names where its stock is set."""

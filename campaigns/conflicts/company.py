"""Against which offers is a draft held? A hash of them tells whether a report still holds."""

import hashlib

from campaigns.conflicts.loading import Draft
from pricing.engine.wire import written


def company_of(draft: Draft) -> str:
    """Return a stable hash of the offers of a draft's period and of when coupons may be used; goods are not in it."""
    told = [written(draft.world.offers), written(draft.world.facts.coupons)]
    return hashlib.sha256(repr(told).encode()).hexdigest()

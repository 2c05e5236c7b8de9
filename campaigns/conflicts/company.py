"""Against which offers is a draft held? A hash of them tells whether a report still holds."""

import hashlib

from campaigns.audience.tree import dump_tree
from campaigns.conflicts.loading import Draft
from campaigns.selectors.audience import Aim
from pricing.engine.wire import written


def company_of(draft: Draft) -> str:
    """Return a stable hash of the offers of a draft's period: what they say, for whom, and how much they may give.

    A budget or a stock that is raised may make a price deeper without another word of its offer. Goods are not in it.
    """
    world = draft.world
    aims = [[code, _said(aim)] for code, aim in sorted(world.aims.items())]
    return hashlib.sha256(repr([written(world.offers), written(world.facts), aims]).encode()).hexdigest()


def _said(aim: Aim) -> list[object]:
    return [dump_tree(aim.tree), aim.new.shop if aim.new else None, aim.frozen_key]

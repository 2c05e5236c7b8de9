"""Whom an offer is for, in words: exactly for staff, and as much of it as is theirs to know for shoppers."""

from dataclasses import replace

from django.utils.text import capfirst
from django.utils.translation import gettext

from campaigns.audience.conditions import Condition, WrongAudience
from campaigns.audience.names import Names
from campaigns.audience.tree import ALL, ANY, Group, load_tree
from campaigns.models import Aimed, CampaignRevision
from campaigns.selectors.audience import new_condition
from campaigns.selectors.segments import names_of
from pricing.models import Shop
from pricing.wording import say


def tree_words(tree: Group | None) -> str:
    """Return a tree as a sentence for staff. Queries for the names of what it names only."""
    return gettext("Everyone") if tree is None else capfirst(tree.words(names_of([tree])))


def audience_words(aimed: Aimed, *, shop: Shop | None) -> str:
    """Return whom a revision is for as a sentence for staff; what cannot be read says why."""
    try:
        tree, new = load_tree(aimed.audience), new_condition(aimed.new_to, shop)
    except WrongAudience as refusal:
        return say(refusal)
    if new is None:
        return tree_words(tree)
    return tree_words(Group(ALL, (new, *_parts(tree))))


def membership_words(aimed: Aimed) -> str:
    """Return whether who belongs is settled at approval or decided anew; empty where all belong."""
    if not aimed.audience:
        return ""
    if aimed.audience_frozen:
        return gettext("frozen at approval: who joins later stays out, who leaves stays in")
    if isinstance(aimed, CampaignRevision):
        return gettext("live: decided with each quote and again when an order is placed")
    return gettext("live: decided with each claim")


def public_sentences(aimed: Aimed, *, shop: Shop | None, names: Names | None = None) -> list[str]:
    """Return what shoppers read about whom an offer is for, nothing if for everyone. No query for most audiences.

    `names`: those of levels and shops, where the page has asked for all at once (`rule_words.names_told`).
    Tags, lists and segments are internal: where they decide, it says “selected customers”.
    """
    if not aimed.has_audience:
        return []
    try:
        tree, new = load_tree(aimed.audience), new_condition(aimed.new_to, shop)
    except WrongAudience:
        return [gettext("For selected customers only")]
    names = names_of([tree]) if names is None else names
    if new and shop:
        names = replace(names, shops={**names.shops, shop.code: shop.local_name})
    told = [new.public(names)] if new else []
    parts = [part.public(names) if isinstance(part, Condition) else "" for part in _parts(tree)]
    return told + (parts if all(parts) else [gettext("For selected customers only")])


def _parts(tree: Group | None) -> tuple[object, ...]:
    """Return what must hold, each by itself."""
    if tree is None:
        return ()
    alone = len(tree.parts) == 1 and tree.how == ANY
    return tree.parts if tree.how == ALL or alone else (tree,)

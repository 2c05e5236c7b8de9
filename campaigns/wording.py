"""What a revision promises, in words for a person."""

from dataclasses import replace

from django.utils.text import capfirst
from django.utils.translation import gettext

from campaigns.models import Terms
from campaigns.offers import conditions_of
from pricing.engine.registry import load_benefit
from pricing.engine.rules import Benefit
from pricing.wording import say


def rule_sentences(terms: Terms) -> list[str]:
    """Return every tier and every condition as a sentence in the reader's language. Raises WrongParams."""
    benefit = load_benefit(terms.benefit_code, terms.params)
    rules = [*_each_tier(benefit), *conditions_of(terms)]
    return [capfirst(say(rule.describe())) for rule in rules]


def _each_tier(benefit: Benefit) -> list[Benefit]:
    tiers = getattr(benefit, "tiers", ())
    return [replace(benefit, tiers=(tier,)) for tier in tiers] or [benefit]


def stacking_sentence(terms: Terms) -> str:
    """Return the three answers as one sentence; what is not answered is said to be open."""
    names = {
        gettext("shop offers"): terms.with_shop_offers,
        gettext("platform activities"): terms.with_platform_activities,
        gettext("coupons"): terms.with_coupons,
    }
    parts = [
        _listed(gettext("combines with %(names)s"), [name for name, answer in names.items() if answer]),
        _listed(gettext("not with %(names)s"), [name for name, answer in names.items() if answer is False]),
        _listed(gettext("not answered: %(names)s"), [name for name, answer in names.items() if answer is None]),
    ]
    return capfirst("; ".join(part for part in parts if part))


def _listed(sentence: str, names: list[str]) -> str:
    return sentence % {"names": ", ".join(names)} if names else ""

"""Sentences of the engine in templates; see storefront.wording."""

from typing import Any

from django import template

from pricing.engine.errors import Refusal
from pricing.engine.messages import Message
from pricing.wording import full_time_text
from storefront import wording
from storefront.priced import BookPage

register = template.Library()
register.filter("rule_sentences", wording.rule_sentences)
register.filter("limit_sentences", wording.limit_sentences)
register.filter("stacking_sentence", wording.stacking_sentence)
register.filter("worth", wording.worth)
register.filter("threshold", wording.threshold)
register.filter("claim_audience", wording.claim_audience)


@register.filter
def say(message: Message | Refusal | None, page: BookPage | None = None) -> str:
    """Return a message as a sentence; with the book page, offers in it get their names."""
    return wording.say(message, page.name_of if page else None) if message else ""


@register.filter
def say_with_years(message: Message | Refusal, page: BookPage) -> str:
    """Return a message as `say` does, with the year of every moment."""
    return wording.say(message, page.name_of, full_time_text)


@register.filter
def lookup(mapping: Any, key: Any) -> Any:
    """Return what a mapping holds for a key."""
    return mapping.get(key)

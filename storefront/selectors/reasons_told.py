"""Why offers do not apply to a cart; where one is meant for others, for whom."""

from collections.abc import Callable
from typing import Any

from campaigns.audience.names import Names
from campaigns.offers import conditions_of
from campaigns.rule_words import asked, names_told
from pricing.engine.messages import N_, Message
from pricing.engine.reasons import Reason
from storefront.priced import Priced

FOR_OTHERS = "audience"
TOLD = frozenset({"member_level", "nth_order", "ordered_before"})  # tags are nobody's business but the staff's


def reasons_told(priced: Priced) -> Callable[[str, Reason], Message]:
    """Return what says the reason of an offer id. One query for levels and one for shops, where they decide."""
    aimed = [no.offer for no in priced.quote.not_applied if no.reason.code == FOR_OTHERS]
    terms = {offer: found for offer in aimed if (found := priced.page.revision_of(offer))}
    names = names_told(terms.values())

    def told(offer: str, reason: Reason) -> Message:
        is_meant = reason.code == FOR_OTHERS and reason.figures.get("condition") in TOLD and offer in terms
        return _meant(terms[offer], reason, names) if is_meant else reason.message

    return told


def _meant(terms: Any, reason: Reason, names: Names) -> Message:
    code = reason.figures["condition"]
    rules = [rule for rule in conditions_of(terms) if code == rule.CODE]
    return Message(N_("It is %(meant)s."), {"meant": asked(rules[0], names)}) if rules else reason.message

"""What keeps an audience from being handed in: said with the field and what to do."""

from campaigns.audience.conditions import WrongAudience
from campaigns.audience.tree import all_conditions, dump_tree, load_tree
from campaigns.models import Aimed, NewTo
from campaigns.selectors.segments import check_known, spelt_out
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.models import Shop


class WrongAim(Refusal):
    """Something about whom an offer is for contradicts itself; `field` names the input."""


def problems_of_audience(aimed: Aimed, *, shop: Shop | None) -> list[Refusal]:
    """List what is wrong with whom a revision is for; `shop` owns it, None = the platform."""
    found: list[Refusal] = []
    if aimed.new_to == NewTo.SHOP and shop is None:
        found.append(
            WrongAim(
                N_("The platform has no customers of its own shop: choose “never bought here”, or a shop as owner."),
                field="new_to",
            )
        )
    try:
        tree = load_tree(aimed.audience)
        if tree is not None and aimed.audience_frozen and any(rule.DECIDED_AT_ORDER for rule in all_conditions(tree)):
            text = N_("Who is new is decided with each order and cannot be frozen: choose “live”, or take it out here.")
            found.append(WrongAim(text, field="audience_frozen"))
        if aimed.is_open:
            check_known(tree)
            if dump_tree(spelt_out(tree)) != aimed.audience:
                raise WrongAudience(N_("A segment has been changed since: open the draft, look again and save it."))
    except WrongAudience as refusal:
        found.append(refusal)
    return found

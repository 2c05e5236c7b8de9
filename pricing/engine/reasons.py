"""Reasons for "no": a code with figures, and the English sentence of each code."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pricing.engine.errors import Figure
from pricing.engine.messages import N_, Message

SENTENCES: Mapping[str, str] = {
    "below_threshold": N_("The threshold is not reached."),
    "below_amount": N_("%(missing_cents)s more and it applies."),
    "below_pieces": N_("%(missing_pieces)s more pieces and it applies."),
    "below_both": N_("%(missing_cents)s and %(missing_pieces)s pieces more and it applies."),
    "below_set": N_("%(missing_pieces)s more pieces and the set is complete: %(missing_goods)s."),
    "condition": N_("A condition is not met."),
    "other_pieces": N_("%(missing_pieces)s pieces of certain other goods are missing in the cart."),
    "pieces_between": N_("It applies to %(least_pieces)s to %(most_pieces)s pieces of one product."),
    "pieces_from": N_("It applies from %(least_pieces)s pieces of one product on."),
    "pieces_up_to": N_("It applies to at most %(most_pieces)s pieces of one product."),
    "sign_in": N_("Sign in to see whether it applies to you."),
    "better_combination": N_("Another combination saves more."),
    "excluded_by": N_("It cannot be combined with %(offer)s."),
    "group": N_("Only one of this group applies to an order: %(offer)s is used."),
    "audience": N_("It is meant for other customers."),
    "channel": N_("It does not apply in this channel."),
    "terminal": N_("It does not apply on this terminal."),
    "region": N_("It does not apply in this region."),
    "not_started": N_("It starts at %(starts_at)s."),
    "ended": N_("It is over."),
    "paused": N_("It is paused."),
    "sold_out": N_("It is sold out."),
    "limit_reached": N_("You have bought as many as one customer may."),
    "budget_spent": N_("Its budget is used up."),
    "coupon_locked": N_("The coupon is waiting for another order to be paid."),
    "coupon_expired": N_("The coupon has expired."),
    "not_claimed": N_("Claim the coupon first."),
    "unknown": N_("It does not exist."),
    "not_chosen_by_shopper": N_("You chose otherwise."),
    "not_on_this_line": N_("It does not apply to this line."),
    "no_effect": N_("It would change nothing."),
    "too_many_gifts": N_("No more of its gifts may be chosen."),
    "floor": N_("The price cannot go lower."),
}

# Which sentence says more than the one of its code, where these figures are known.
CLOSER: tuple[tuple[str, frozenset[str], str], ...] = (
    ("below_threshold", frozenset({"missing_cents", "missing_pieces"}), "below_both"),
    ("below_threshold", frozenset({"missing_cents"}), "below_amount"),
    ("below_threshold", frozenset({"missing_pieces", "missing_goods"}), "below_set"),
    ("below_threshold", frozenset({"missing_pieces"}), "below_pieces"),
    ("condition", frozenset({"missing_pieces"}), "other_pieces"),
    ("condition", frozenset({"least_pieces", "most_pieces"}), "pieces_between"),
    ("condition", frozenset({"least_pieces"}), "pieces_from"),
    ("condition", frozenset({"most_pieces"}), "pieces_up_to"),
)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something does not apply: one of the codes above, and the figures that go with it.

    Figures: `missing_cents` or `missing_pieces` (below_threshold; of named goods also `missing_goods`, as text),
    `offer` (excluded_by, group, better_combination), `condition` (the code of the condition; with `missing_pieces`
    of other goods, or the `least_pieces` and `most_pieces` of one line), `starts_at` in ISO form (not_started).
    """

    code: str
    figures: Mapping[str, Figure] = field(default_factory=dict)

    @property
    def message(self) -> Message:
        """The English sentence with its figures."""
        return Message(SENTENCES[self._sentence], self.figures)

    @property
    def _sentence(self) -> str:
        known = self.figures.keys()
        return next((name for code, figures, name in CLOSER if code == self.code and figures <= known), self.code)

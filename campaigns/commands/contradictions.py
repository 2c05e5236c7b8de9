"""What a draft says against itself: figures that cannot hold together, refused with the field before anybody approves.

Each check yields what is wrong; rules that cannot be loaded are told elsewhere and have none of these.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Max, Q, QuerySet

from campaigns.models import CampaignRevision
from campaigns.selectors.benefits import benefit_of
from campaigns.selectors.goods import skus_taken_by
from campaigns.selectors.named_skus import rows_in_memory
from pricing.engine.errors import Refusal
from pricing.engine.layers import Layer
from pricing.engine.messages import N_
from pricing.engine.money import WHOLE_BP
from pricing.models import Sku

CODES_NAMED = 5


class Contradiction(Refusal):
    """Two things that a draft says cannot both be meant; `field` names where to mend it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A revision with its loaded rule and the SKUs in its scope."""

    revision: CampaignRevision
    rule: Any
    skus: QuerySet[Sku]

    @property
    def code(self) -> str:
        return self.revision.benefit_code

    @property
    def most_units(self) -> int | None:
        """How many pieces one order can get at most; None = no limit."""
        caps = [self.revision.limit_units, self.revision.stock_units]
        return min(filter(None, caps), default=None)  # 0 is told by itself


Check = Callable[[Draft], Iterable[Refusal]]

# How many pieces a rule needs before it gives anything.
PIECES_NEEDED: Mapping[str, Callable[[Any], int]] = {
    "nth_unit_off": lambda rule: rule.every,
    "any_n_off": lambda rule: rule.pieces,
    "any_n_for_price": lambda rule: rule.pieces,
    "buy_get": lambda rule: rule.buy + rule.get,
    "bundle_price": lambda rule: sum(pieces for _sku, pieces in rule.goods),
    "spend_tiers": lambda rule: rule.tiers[0].threshold_pieces or 1,
    "bulk_unit_price": lambda rule: rule.tiers[0].from_pieces,
    "graduated_unit_price": lambda rule: rule.tiers[0].from_pieces,
}
# What a rule asks for one piece: (field, cents), dearest first.
PIECE_PRICE: Mapping[str, Callable[[Any], tuple[str, int | None]]] = {
    "fixed_price": lambda rule: ("price_cents", rule.price_cents),
    "any_n_off": lambda rule: ("piece_price_cents", rule.piece_price_cents),
    "bulk_unit_price": lambda rule: ("tiers", rule.tiers[0].price_cents),
    "graduated_unit_price": lambda rule: ("tiers", rule.tiers[0].price_cents),
}
# Whether a rule gives all that it takes for nothing, where nobody would call that a gift.
GIVES_ALL: Mapping[str, Callable[[Any], str]] = {
    "percent_off": lambda rule: "rate_bp" if rule.rate_bp == WHOLE_BP and rule.cap_cents is None else "",
    "any_n_off": lambda rule: "rate_bp" if rule.rate_bp == WHOLE_BP else "",
    "spend_tiers": lambda rule: "tiers" if any(_is_whole(tier) for tier in rule.tiers) else "",
}


def contradictions_in(revision: CampaignRevision) -> list[Refusal]:
    """List what a draft says against itself. Some ten queries at most; the draft may be a sketch."""
    try:
        rule = benefit_of(revision)
        skus = skus_taken_by(revision, shop_id=revision.campaign.shop_id)
    except Refusal:
        return []
    draft = Draft(revision, rule, skus)
    return [problem for check in CHECKS for problem in check(draft)]


def _scope_without_goods(draft: Draft) -> Iterable[Refusal]:
    """An empty catalogue is nobody's slip: all products may be chosen before there are any."""
    revision = draft.revision
    leaves_out, chooses = _names_some(revision, excluded=True), _names_some(revision, excluded=False)
    has_range = revision.least_list_cents is not None or revision.most_list_cents is not None
    if not (chooses or revision.everything and (leaves_out or has_range)) or draft.skus.exists():
        return
    if leaves_out:
        yield Contradiction(N_("What is left out leaves nothing of what is chosen."), field="excluded_categories")
    elif has_range:
        yield Contradiction(N_("None of the chosen SKUs has a list price in this range."), field="least_list_cents")
    else:
        text = N_("Nothing of what is chosen can be bought and discounted: choose other products.")
        yield Contradiction(text, field="everything")


def _price_above_list(draft: Draft) -> Iterable[Refusal]:
    is_for_all = draft.code == "fixed_price" and draft.revision.layer != Layer.ITEM.value
    field, price_cents = PIECE_PRICE.get(draft.code, lambda rule: ("", None))(draft.rule)
    if price_cents is None or is_for_all:
        return
    if dear := _codes(draft.skus.filter(list_cents__lt=price_cents)):
        text = N_("%(price_cents)s is above the list price of %(codes)s: take them out, or lower the price.")
        yield Contradiction(text, field=field, price_cents=price_cents, codes=dear)


def _set_above_list(draft: Draft) -> Iterable[Refusal]:
    if draft.code == "bundle_price":
        pieces = dict(draft.rule.goods)
        lists = dict(Sku.objects.filter(code__in=pieces).values_list("code", "list_cents"))
        cost_cents = sum(lists.get(code, 0) * count for code, count in pieces.items())
    elif draft.code == "any_n_for_price":
        cost_cents = draft.rule.pieces * (_dearest(draft) or 0)
    else:
        return
    if cost_cents and cost_cents <= draft.rule.price_cents:
        text = N_("The set costs %(cost_cents)s at most already: %(price_cents)s would be no reduction.")
        yield Contradiction(text, field="price_cents", cost_cents=cost_cents, price_cents=draft.rule.price_cents)


def _gives_all_away(draft: Draft) -> Iterable[Refusal]:
    if field := GIVES_ALL.get(draft.code, lambda rule: "")(draft.rule):
        text = N_("That would give everything away. For something free choose “gift”, or buy and get.")
        yield Contradiction(text, field=field)


def _off_takes_all(draft: Draft) -> Iterable[Refusal]:
    if draft.code != "amount_off" or draft.revision.layer != Layer.ITEM.value:
        return
    if free := _codes(draft.skus.filter(list_cents__lte=draft.rule.off_cents, floor_cents=0)):
        text = N_("%(off_cents)s off is all that %(codes)s cost: take them out, or take less off.")
        yield Contradiction(text, field="off_cents", off_cents=draft.rule.off_cents, codes=free)


def _tiers_that_fall(draft: Draft) -> Iterable[Refusal]:
    """Amounts and rates in turn: at its own threshold each tier gives more than the one below."""
    tiers = draft.rule.tiers if draft.code == "spend_tiers" and not draft.rule.tiers[0].by_pieces else ()
    for number, (lower, higher) in enumerate(zip(tiers, tiers[1:], strict=False), start=2):
        spent = higher.threshold_cents or 0
        if _off_at(higher, spent) <= _off_at(lower, spent):
            text = N_("Tier %(number)s gives no more than the tier below it.")
            yield Contradiction(text, field="tiers", number=number)


def _threshold_out_of_reach(draft: Draft) -> Iterable[Refusal]:
    most, needed = draft.most_units, PIECES_NEEDED.get(draft.code, lambda rule: 1)(draft.rule)
    if most is None:
        return
    field = "limit_units" if most == draft.revision.limit_units else "stock_units"
    if needed > most:
        text = N_("It needs %(needed)s pieces, and one order gets %(most)s at most.")
        yield Contradiction(text, field=field, needed=needed, most=most)
        return
    least_cents = draft.rule.tiers[0].threshold_cents if draft.code == "spend_tiers" else None
    dearest_cents = _dearest(draft) if least_cents else None
    if least_cents and dearest_cents and most * dearest_cents < least_cents:
        text = N_("No order reaches %(least_cents)s: it gets %(most)s pieces at most, of %(dearest_cents)s each.")
        figures = {"least_cents": least_cents, "most": most, "dearest_cents": dearest_cents}
        yield Contradiction(text, field=field, **figures)


def _budget_below_one_discount(draft: Draft) -> Iterable[Refusal]:
    tiers = getattr(draft.rule, "tiers", ())
    given = [getattr(part, "off_cents", None) for part in (draft.rule, *tiers)]
    least_cents, budget_cents = min((cents for cents in given if cents), default=0), draft.revision.budget_cents
    if budget_cents and budget_cents < least_cents:
        text = N_("The budget of %(budget_cents)s does not pay for one discount of %(least_cents)s.")
        yield Contradiction(text, field="budget_cents", budget_cents=budget_cents, least_cents=least_cents)


def _limit_above_stock(draft: Draft) -> Iterable[Refusal]:
    limit, stock = draft.revision.limit_units, draft.revision.stock_units
    if limit and stock and limit > stock:
        text = N_("One shopper may have %(limit)s pieces, and the activity stock is %(stock)s.")
        yield Contradiction(text, field="limit_units", limit=limit, stock=stock)
    above = _rows(draft, "limit_units", wrong=Q(limit_units__gt=F("stock_units")), above=lambda row: row.stock_units)
    if above:
        yield Contradiction(
            N_("The limit per shopper is above the stock of the SKU: %(codes)s."), field="skus", codes=above
        )


CHECKS: tuple[Check, ...] = (
    _scope_without_goods,
    _price_above_list,
    _set_above_list,
    _gives_all_away,
    _off_takes_all,
    _tiers_that_fall,
    _threshold_out_of_reach,
    _budget_below_one_discount,
    _limit_above_stock,
)


def _names_some(revision: CampaignRevision, *, excluded: bool) -> bool:
    """Tell whether it chooses, or leaves out, anything by name."""
    if any(row.excluded == excluded for row in revision.scopes.all()):
        return True
    held = rows_in_memory(revision)
    if held is not None:
        return any(row.excluded == excluded for row in held)
    return revision.skus.filter(excluded=excluded).exists()


def _is_whole(tier: Any) -> bool:
    return tier.rate_bp == WHOLE_BP or bool(tier.threshold_cents) and tier.off_cents == tier.threshold_cents


def _off_at(tier: Any, spent_cents: int) -> int:
    return spent_cents * tier.rate_bp // WHOLE_BP if tier.rate_bp else tier.off_cents or 0


def _dearest(draft: Draft) -> int | None:
    """The highest list price in scope; none without goods."""
    return draft.skus.order_by().aggregate(most=Max("list_cents"))["most"]


def _codes(skus: QuerySet[Sku]) -> str:
    return _named(list(skus.values_list("code", flat=True)[: CODES_NAMED + 1]))


def _rows(draft: Draft, name: str, *, wrong: Q, above: Callable[[Any], int | None]) -> str:
    """Name the SKU rows whose figure is too high: by a query (`wrong`), rows in memory by what `above` allows."""
    held = rows_in_memory(draft.revision)
    if held is None:
        found = draft.revision.skus.filter(wrong, excluded=False).order_by()
        if not found.exists():  # asked first: looking for the first ones by code goes through all codes there are
            return ""
        return _named(list(found.order_by("sku__code").values_list("sku__code", flat=True)[: CODES_NAMED + 1]))
    figures = [(row.sku.code, getattr(row, name), above(row)) for row in held if not row.excluded]
    return _named(sorted(code for code, figure, most in figures if None not in (figure, most) and figure > most))


def _named(codes: list[str]) -> str:
    return ", ".join(codes[:CODES_NAMED]) + (" …" if len(codes) > CODES_NAMED else "")

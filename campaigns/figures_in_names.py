"""Figures that a name promises, held against those of the rule: "满300减40" above 300 less 50 is a slip."""

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from django.conf import settings

from campaigns.models import CampaignRevision
from campaigns.selectors.benefits import benefit_of
from campaigns.selectors.named_skus import rows_in_memory
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_, Message

NUMBER = r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|(?<![一二两三四五六七八九十百])[一二两三四五六七八九十])"
CHINESE = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
TIMES_TOLD = 10  # "every 300 less 50" may be called "600 less 100"
LIMITS = ("stock_units", "limit_units", "limit_orders")
OF_SKUS = ("price_cents", "limit_units", "stock_units")
MOST_FIGURES = 1_000
AMOUNTS = ("budget_cents", "least_list_cents", "most_list_cents")


@dataclass(slots=True)
class Figures:
    """What a rule speaks of: amounts as typed, percentages (off, and what is left to pay), numbers of pieces."""

    amounts: set[Decimal] = field(default_factory=set)
    percents: set[Decimal] = field(default_factory=set)
    pieces: set[Decimal] = field(default_factory=set)

    def holds_off(self, figure: Decimal) -> bool:
        """Tell whether so much may come off, be it an amount or a percentage."""
        return figure in self.amounts | self.percents

    def holds_fold(self, figure: Decimal) -> bool:
        """Tell whether 8折 or 85折 is what is left to pay."""
        return figure * 10 in self.percents or (figure >= 10 and figure in self.percents)


# What a figure in a name is about, by the word or sign beside it.
PATTERNS: tuple[tuple[str, Callable[[Figures, Decimal], bool]], ...] = (
    (rf"[¥￥$]\s*{NUMBER}", lambda known, figure: figure in known.amounts),
    (rf"{NUMBER}\s*元", lambda known, figure: figure in known.amounts),
    (rf"[满减]\s*{NUMBER}(?![\d.,]*\s*[件个折%元])", lambda known, figure: figure in known.amounts),
    (rf"{NUMBER}\s*%", lambda known, figure: figure in known.percents),
    (rf"{NUMBER}\s*折", Figures.holds_fold),
    (rf"(?<![¥￥$\d.,]){NUMBER}\s+off\b", Figures.holds_off),
    (rf"{NUMBER}\s*(?:件|个|pcs\b|pieces?\b)", lambda known, figure: figure in known.pieces),
    (rf"[买送付]\s*{NUMBER}(?![\d.,]*\s*[元折%])", lambda known, figure: figure in known.pieces),
    (rf"\b(?:buy|get)\s+{NUMBER}\b", lambda known, figure: figure in known.pieces),
    (rf"\b{NUMBER}\s+for\b", lambda known, figure: figure in known.pieces),
)


def doubtful_figures(revision: CampaignRevision) -> list[Message]:
    """Return what is said in a name or badge and not by the rule, one message for each text. No query with its rows."""
    if "template" in revision.params:  # what a coupon promised for later is worth stands in its own rule
        return []
    known = figures_of(revision)
    texts = (revision.name, revision.name_zh, revision.badge, revision.badge_zh)
    return [
        Message(N_("“%(name)s” speaks of %(figures)s; the rule does not."), {"name": text, "figures": ", ".join(odd)})
        for text in dict.fromkeys(texts)
        if (odd := _odd_ones(text, known))
    ]


def figures_of(revision: CampaignRevision) -> Figures:
    """Return the figures that its rule, conditions, prices and limits know."""
    known = Figures(percents={Decimal(100)})
    rows: list[tuple[str, Any]] = [("params", revision.params), ("conditions", revision.conditions)]
    rows += [(name, getattr(revision, name)) for name in (*LIMITS, *AMOUNTS)]
    rows += [pair for figures in _figures_of_skus(revision) for pair in zip(OF_SKUS, figures, strict=True)]
    with suppress(Refusal):  # a rule that is not whole yet says what it says
        rows += benefit_of(revision).describe().figures.items()
    for name, value in rows:
        _collect(name, value, known)
    counts = [revision.params.get(name) for name in ("buy", "get")]
    if all(isinstance(count, int) for count in counts):
        known.pieces.add(Decimal(sum(counts)))  # buy 2 get 1 is "3 for 2"
    if revision.params.get("every"):
        known.amounts |= {amount * times for amount in known.amounts for times in range(2, TIMES_TOLD + 1)}
    return known


def _figures_of_skus(revision: CampaignRevision) -> Iterable[tuple[int | None, ...]]:
    """Return the figures of its SKU rows, each combination once: there may be a hundred thousand rows."""
    held = rows_in_memory(revision)
    if held is not None:
        return {tuple(getattr(row, name) for name in OF_SKUS) for row in held}
    return revision.skus.order_by().values_list(*OF_SKUS).distinct()[:MOST_FIGURES]


def _collect(name: str, value: Any, known: Figures) -> None:
    if isinstance(value, Mapping):
        for key, part in value.items():
            _collect(str(key), part, known)
    elif isinstance(value, (list, tuple)):
        for part in value:
            _collect(name, part, known)
    elif isinstance(value, int) and not isinstance(value, bool):
        _put(name, Decimal(value), known)


def _put(name: str, value: Decimal, known: Figures) -> None:
    if name.endswith("_cents"):
        known.amounts.add(value.scaleb(-get_currency_precision(settings.CURRENCY)))
    elif name.endswith("_bp"):
        known.percents |= {value / 100, 100 - value / 100}
    else:
        known.pieces.add(value)


def _odd_ones(text: str, known: Figures) -> list[str]:
    """Return the parts of the text whose figure the rule does not know, each once, in their order."""
    found: dict[str, int] = {}
    for pattern, holds in PATTERNS:
        for match in re.finditer(pattern, text, re.IGNORECASE):
            if not holds(known, _figure(match[1])):
                found[match[0].strip()] = match.start()
    return sorted(found, key=found.__getitem__)


def _figure(typed: str) -> Decimal:
    return Decimal(CHINESE.get(typed) or typed.replace(",", ""))

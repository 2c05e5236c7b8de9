"""What a new version changes in a long list of SKUs, in words: the facts of a revision name its first SKUs only."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import CampaignRevision
from campaigns.selectors.sku_changes import SkuChanges, sku_changes
from campaigns.selectors.sku_rows import FIRST
from campaigns.wording import shortened
from pricing.wording import money_text

LABELS = {
    "added": gettext_lazy("SKUs that come in: %(count)s"),
    "removed": gettext_lazy("SKUs that go: %(count)s"),
    "prices": gettext_lazy("SKUs with another price: %(count)s"),
    "stocks": gettext_lazy("SKUs with another stock: %(count)s"),
    "limits": gettext_lazy("SKUs with another limit per shopper: %(count)s"),
    "left_out": gettext_lazy("SKUs left out from now on: %(count)s"),
    "left_out_no_more": gettext_lazy("SKUs left out no more: %(count)s"),
}
GOES = ("removed", "left_out_no_more")
FIGURE_TEXT: Mapping[str, Callable[[int], str]] = {"prices": money_text, "stocks": str, "limits": str}


def changes_of_long_lists(before: CampaignRevision, after: CampaignRevision) -> list[tuple[str, str, str]]:
    """Return label, old and new text of what differs; nothing for lists so short that the facts name every SKU."""
    if max(revision.skus.count() for revision in (before, after)) <= FIRST:
        return []
    return [(LABELS[found.sort] % {"count": found.count}, *_texts(found)) for found in sku_changes(before, after)]


def _texts(found: SkuChanges) -> tuple[str, str]:
    if found.sort in FIGURE_TEXT:
        told = FIGURE_TEXT[found.sort]
        old = [f"{code} {_none_or(before, told)}" for code, before, _after in found.first]
        new = [f"{code} {_none_or(after, told)}" for code, _before, after in found.first]
        return shortened(old, found.count), shortened(new, found.count)
    codes = shortened([code for code, _before, _after in found.first], found.count)
    return (codes, "") if found.sort in GOES else ("", codes)


def _none_or(figure: int | None, told: Callable[[int], str]) -> str:
    return _("none") if figure is None else told(figure)

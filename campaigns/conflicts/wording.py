"""What a conflict report says, in words for a person."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from campaigns.conflicts.overlaps import Verdict
from campaigns.models import ConflictReport, ConflictRow
from pricing.engine.money import WHOLE_BP
from pricing.models.naming import in_reader_language
from pricing.wording import money_text, plain_percent

VERDICTS = {
    Verdict.COMBINES: _("combines: both are given"),
    Verdict.ONE_PER_LAYER: _("not together: both reduce in the same step, and a product takes part in one of a step"),
    Verdict.DRAFT_REFUSES: _("not together: this campaign says that it does not combine with such offers"),
    Verdict.OTHER_REFUSES: _("not together: the other offer says that it does not combine with such campaigns"),
    Verdict.BOTH_REFUSE: _("not together: each says that it does not combine with the other"),
    Verdict.GROUP: _("not in one order: both are in the same exclusivity group"),
    Verdict.ALONE: _("not in one order: one of them is exclusive in the whole order"),
    Verdict.ONE_COUPON: _("not in one order: one coupon of this kind is allowed"),
}


def verdict_text(code: str) -> str:
    """Say whether two offers combine, and why not."""
    return str(VERDICTS[Verdict(code)])


def offer_name(report: ConflictReport, offer: str) -> str:
    """Return what an offer was called when the report was made, in the reader's language."""
    named = report.names.get(offer)
    return in_reader_language(named["name"], named["name_zh"]) if named else offer


def offer_names(report: ConflictReport, offers: Iterable[str]) -> str:
    """Return the names of several offers; some have a comma in their name."""
    return " + ".join(offer_name(report, offer) for offer in offers)


def price_sentence(row: ConflictRow, report: ConflictReport) -> str:
    """Say the deepest price of a SKU: "¥59 = 41 % of list, with A + B, 3 pieces"."""
    figures = {
        "price": money_text(row.unit_cents),
        "share": share_text(row),
        "offers": offer_names(report, row.applied),
        "pieces": ngettext("%(count)s piece", "%(count)s pieces", row.pieces) % {"count": row.pieces},
    }
    if not row.applied:
        return gettext("%(price)s = %(share)s of list: nothing applies") % figures
    said = gettext("%(price)s = %(share)s of list, with %(offers)s, %(pieces)s") % figures
    if not row.extras_cents:
        return said
    extras = gettext("gifts, rewards and shipping of %(extras)s counted in") % {"extras": money_text(row.extras_cents)}
    return gettext("%(said)s; %(more)s") % {"said": said, "more": extras}


def share_text(row: ConflictRow) -> str:
    """Return what is left of the list price, as a percentage."""
    return f"{plain_percent_of(WHOLE_BP - row.off_bp)} %"


def plain_percent_of(share_bp: int) -> str:
    """Return a share that may be below zero, in whole percent where it is one, else with its decimals."""
    return f"-{plain_percent(-share_bp)}" if share_bp < 0 else plain_percent(share_bp)


def window_text(overlap: dict[str, Any]) -> str:
    """Say when two offers meet."""
    starts_at, ends_at = (parse_datetime(overlap[name]) for name in ("starts_at", "ends_at"))
    return f"{_moment(starts_at)} – {_moment(ends_at)}"


def _moment(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "Y-m-d H:i") if at else ""

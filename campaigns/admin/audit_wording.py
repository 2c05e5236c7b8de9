"""Entries of the audit trail as people read them."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.dateparse import parse_datetime
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.admin.facts import moment
from campaigns.models import AuditEntry, AuditOutcome
from pricing.engine.messages import Message
from pricing.engine.params import params_of
from pricing.engine.pieces import CHEAPEST, DEAREST
from pricing.engine.registry import BENEFITS
from pricing.wording import money_text, plain_percent, say

ACTS = {
    "edit": gettext_lazy("draft edited"),
    "edit_draft": gettext_lazy("edit the draft"),
    "move_draft": gettext_lazy("move the draft"),
    "write_sku_list": gettext_lazy("write the list of SKUs"),
    "ask_for_report": gettext_lazy("ask for a conflict report"),
    "ask_for": gettext_lazy("ask for a stop or withdrawal"),
    "do_at_once": gettext_lazy("stop or withdraw at once"),
    "agree": gettext_lazy("agree to a stop or withdrawal"),
    "give": gettext_lazy("given"),
    "recall": gettext_lazy("recalled"),
    "give_compensation": gettext_lazy("give a service coupon"),
    "approve_compensation": gettext_lazy("approve a service coupon"),
    "refuse_compensation": gettext_lazy("refuse a service coupon"),
    "recall_compensation": gettext_lazy("recall a service coupon"),
    "set_compensation_limit": gettext_lazy("change the limits of service coupons"),
    "release": gettext_lazy("held attempt released"),
    "release_case": gettext_lazy("release a held attempt"),
    "block": gettext_lazy("blocked"),
    "block_case": gettext_lazy("refuse a held attempt"),
    "undo": gettext_lazy("decision undone"),
    "undo_case": gettext_lazy("undo a decision about a held attempt"),
    "add_block": gettext_lazy("put somebody on a block list"),
    "lift": gettext_lazy("block lifted"),
    "lift_block": gettext_lazy("lift a block"),
    "set_risk_limit": gettext_lazy("change the limits of high value"),
    "set_review_limit": gettext_lazy("change the review limits"),
    "set_conflict_limits": gettext_lazy("change the price limits"),
}
WORDS = {CHEAPEST: gettext_lazy("the cheapest"), DEAREST: gettext_lazy("the dearest")}
ROWS = {"scopes": gettext_lazy("Products"), "skus": gettext_lazy("SKUs")}


def move_name(move: str) -> str:
    """Return what a move of the history is called."""
    names = {
        "submit": _("handed in for review"),
        "approve": _("approved"),
        "approve_first": _("approved, the first of two"),
        "reject": _("rejected"),
        "revise": _("new version begun"),
        "discard": _("draft thrown away"),
        "pause": _("paused"),
        "resume": _("resumed"),
        "stop": _("stopped"),
        "ask": _("asked for"),
        "withdraw": _("SKUs taken out"),
        "take_back": _("SKUs taken back in"),
        "refuse": _("request refused"),
        "confirm": _("confirmed afterwards"),
        "call_back": _("request called back"),
        "lapse": _("request lapsed"),
        "reinstate": _("stop reverted"),
        "reinstate_paused": _("stop reverted, still paused"),
        "make_links": _("links made"),
        "take_links_back": _("links taken back"),
    }
    return str(names.get(move) or ACTS.get(move) or move)


def refused_text(entry: AuditEntry) -> str:
    """Return what somebody tried, and why it was refused."""
    what = {"what": move_name(entry.act)}
    if entry.outcome == AuditOutcome.FORBIDDEN:
        return _("refused: %(what)s. This person may not.") % what
    return _("refused: %(what)s. %(why)s") % (what | {"why": say(Message(entry.msgid, entry.figures))})


def changes_shown(entry: AuditEntry) -> list[tuple[str, str, str]]:
    """Return what an edit has changed: the name of a column or of a rule's parameter, its value before and after."""
    described = _described_by(entry.kind)
    return [
        (label, _text(name, before), _text(name, after))
        for row in entry.changes
        for label, name, before, after in _parts(described, row)
    ]


def _parts(described: Any, row: Mapping[str, Any]) -> Iterable[tuple[str, str, Any, Any]]:
    """Yield the column, or, of the parameters of a rule, each that is another one."""
    field, before, after = row["field"], row["before"], row["after"]
    if field != "params" or not isinstance(before, dict | None) or not isinstance(after, dict | None):
        yield _label(described, field), field, before, after
        return
    before, after = before or {}, after or {}
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            label = _parameter_labels().get(name)
            yield _(label) if label else name, name, before.get(name), after.get(name)


@cache
def _parameter_labels() -> dict[str, str]:
    """What parameters are called on the form; of those that several rules have, by the first."""
    named = [param for rule in reversed(BENEFITS.values()) for param in params_of(rule)]
    return {param.name: param.label for param in named}


def _described_by(kind: str) -> Any:
    """Return the model whose columns an edit has changed: revisions, or the settings themselves."""
    model = apps.get_model(kind) if kind else None
    return model._meta.get_field("current_revision").related_model if hasattr(model, "current_revision") else model


def _label(described: Any, name: str) -> str:
    if name in ROWS:
        return str(ROWS[name])
    try:
        return str(capfirst(described._meta.get_field(name).verbose_name))
    except (AttributeError, FieldDoesNotExist):
        return name


def _text(name: str, value: Any) -> str:
    if value in (None, "", [], {}):
        return "–"
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, int) and name.endswith("_cents"):
        return money_text(value)
    if isinstance(value, int) and name.endswith("_bp"):
        return f"{plain_percent(value)} %"
    if isinstance(value, list):
        return "; ".join(_text(name, part) for part in value)
    if isinstance(value, dict):  # such as a tier: from what on first, then what it gives
        named = sorted(value.items(), key=lambda part: not part[0].startswith(("threshold", "sku")))
        return " → ".join(_text(*part) for part in named if part[1] not in (None, "", []))
    if value in WORDS:
        return str(WORDS[value])
    if name.endswith(("_at", "_from", "_until")) and (when := parse_datetime(str(value))):
        return moment(when)
    return str(value)

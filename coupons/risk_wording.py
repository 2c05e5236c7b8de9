"""Rules and reasons as texts that staff read."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coupons.models import BlockKind
from coupons.risk.rules import EFFECTS, SIGNS
from coupons.risk.signals import ACTS, SIGNALS, WHO, shown
from pricing.models.naming import in_reader_language


def rule_text(row: Mapping[str, Any]) -> str:
    """Return a stored rule in words: “Too fast: claims by device within 1 hour > 5 → refuse (claim of a coupon)”."""
    acts = ", ".join(_(ACTS[act]) for act in row.get("acts", []) if act in ACTS)
    return f"{name_of(row)}: {measure_text(row)} {sign_of(row)} → {effect_text(row)}" + (f" ({acts})" if acts else "")


def name_of(row: Mapping[str, Any]) -> str:
    if "signal" not in row and "kind" in row:
        return _("Block list: %(kind)s") % {"kind": BlockKind(row["kind"]).label}
    return in_reader_language(row.get("name", ""), row.get("name_zh", ""))


def measure_text(row: Mapping[str, Any]) -> str:
    """Return what a rule measures: the signal, by whom, within which time."""
    signal = SIGNALS.get(row.get("signal", ""))
    if signal is None:
        return ""
    parts = [_(signal.label)]
    if who := WHO.get(row.get("per", "")):
        parts.append(_("by %(who)s") % {"who": _(who)})
    if row.get("minutes"):
        parts.append(_("within %(time)s") % {"time": time_text(row["minutes"])})
    return " ".join(parts)


def sign_of(row: Mapping[str, Any]) -> str:
    if row.get("signal") not in SIGNALS:
        return ""
    return f"{SIGNS.get(row['comparison'], '?')} {shown(row['signal'], row['threshold'])}"


def effect_text(row: Mapping[str, Any]) -> str:
    if row.get("effect") == "points":
        return ngettext("%(points)s point", "%(points)s points", row["points"]) % {"points": row["points"]}
    return _(EFFECTS[row["effect"]]) if row.get("effect") in EFFECTS else ""


def time_text(minutes: int) -> str:
    """Return a stretch of time in the largest unit that fits."""
    if minutes % (24 * 60) == 0:
        days = minutes // (24 * 60)
        return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
    if minutes % 60 == 0:
        return ngettext("%(hours)s hour", "%(hours)s hours", minutes // 60) % {"hours": minutes // 60}
    return ngettext("%(minutes)s minute", "%(minutes)s minutes", minutes) % {"minutes": minutes}


def reason_rows(reasons: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return the reasons of a decision for a table: rule, what was measured, its value, the threshold, the effect."""
    return [
        {
            "name": name_of(row),
            "measure": measure_text(row),
            "measured": shown(row["signal"], row["measured"]) if row.get("signal") in SIGNALS else "",
            "threshold": sign_of(row),
            "effect": effect_text(row),
        }
        for row in reasons
    ]


def short_reasons(reasons: Iterable[Mapping[str, Any]]) -> str:
    """Return the reasons of a decision in one line."""
    told = [f"{row['name']} ({row['measured']})" if row["measured"] else row["name"] for row in reason_rows(reasons)]
    return "; ".join(told) or "–"

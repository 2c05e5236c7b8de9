"""Stored figures of a trial as texts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils.translation import gettext

from campaigns.wording import moment
from coupons import risk_wording
from coupons.models import RiskOutcome
from coupons.risk.signals import ACTS

register = template.Library()


@register.filter
def rule_text(row: Mapping[str, Any]) -> str:
    return risk_wording.rule_text(row)


@register.filter
def short_reasons(reasons: list[Mapping[str, Any]]) -> str:
    return risk_wording.short_reasons(reasons)


@register.filter
def act_text(act: str) -> str:
    return gettext(ACTS.get(act, act))


@register.filter
def outcome_text(outcome: str) -> str:
    return str(RiskOutcome(outcome).label) if outcome in RiskOutcome.values else outcome


@register.filter
def iso_moment(text: str) -> str:
    return moment(datetime.fromisoformat(text))

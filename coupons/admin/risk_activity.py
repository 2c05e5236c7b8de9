"""The activity that somebody tried to gain from, by its name: in lists and with the way to its page."""

from collections.abc import Collection
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html

from coupons.models import RiskAttempt


def activity_of(attempt: RiskAttempt) -> str:
    model = apps.get_model(attempt.kind)
    return f"{model._meta.verbose_name} {attempt.object_id}"


def name_activities(attempts: Collection[Any]) -> None:
    """Give each attempt the name of its activity as `named`; its kind and number where it has no name any more."""
    kinds = {attempt.kind for attempt in attempts}
    found = {
        (kind, row.pk): str(row)
        for kind in kinds
        for row in _with_names(kind).filter(pk__in={row.object_id for row in attempts if row.kind == kind})
    }
    for attempt in attempts:
        attempt.named = found.get((attempt.kind, attempt.object_id)) or activity_of(attempt)


def _with_names(kind: str) -> QuerySet[Any]:
    model = apps.get_model(kind)
    rows = model._default_manager.all()
    return rows.select_related("current_revision") if hasattr(model, "current_revision") else rows


def activity_link(attempt: RiskAttempt) -> str:
    """Return the activity by its name, with the way to its page. One query or two."""
    model = apps.get_model(attempt.kind)
    found = model._default_manager.filter(pk=attempt.object_id).first()
    try:
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[attempt.object_id])
    except NoReverseMatch:
        return str(found or activity_of(attempt))
    return format_html('<a class="promo-link" href="{}">{}</a>', url, str(found or activity_of(attempt)))

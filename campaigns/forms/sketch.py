"""What a form would store if it were sent now: a revision in memory only, half filled in as it may be.

Everything that reads a revision and its rows by `.all()` reads a sketch too; nothing of it is ever saved.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import Model, prefetch_related_objects

from campaigns.forms.campaign_content import content_from
from campaigns.lifecycle import CampaignState
from campaigns.models import SKETCH_ID, Campaign, CampaignRevision

NAMED_BY_ROWS = {"scopes": ("shop", "category", "product"), "skus": ("sku",)}


def sketch_of(form: Any, *, subject: Campaign | None = None) -> CampaignRevision:
    """Return the revision that a bound campaign form describes; `subject`: the campaign whose draft it is.

    What is missing or wrong is left out as if it had not been typed; the form's errors tell which. Writes nothing.
    """
    cleaned = cleaned_so_far(form)
    content = content_from(cleaned, form.benefit)
    campaign = subject or Campaign(pk=SKETCH_ID, state=CampaignState.DRAFT, shop=cleaned["shop"])
    typed = {name: value for name, value in content.fields.items() if value not in (None, "")}
    pk = form.kept_revision_id or SKETCH_ID  # rows that the form keeps are those of the draft
    revision = CampaignRevision(pk=pk, campaign=campaign, **typed)  # what is not typed has its default
    for name, rows in content.rows.items():
        _put_rows(revision, name, rows)
    return revision


def cleaned_so_far(form: forms.Form) -> dict[str, Any]:
    """Return the cleaned values of a bound form, and for each field that is wrong what an empty one would give."""
    form.is_valid()
    return {name: form.cleaned_data.get(name, _blank(name, field)) for name, field in form.fields.items()} | {
        name: value for name, value in form.cleaned_data.items() if name not in form.fields
    }


def _blank(name: str, field: forms.Field) -> Any:
    """Return what the field gives where nothing is typed."""
    required, field.required = field.required, False
    try:
        return field.clean(field.widget.value_from_datadict(forms.Form().data, {}, name))
    finally:
        field.required = required


def _put_rows(revision: CampaignRevision, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Put rows on the revision as a prefetch would have found them."""
    children = getattr(revision, name)
    made: list[Model] = [children.model(revision=revision, **row) for row in rows]
    if made and name in NAMED_BY_ROWS:
        prefetch_related_objects(made, *NAMED_BY_ROWS[name])
    found = children.get_queryset()
    found._result_cache, found._prefetch_done = made, True
    revision.__dict__.setdefault("_prefetched_objects_cache", {})[name] = found

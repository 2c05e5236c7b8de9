"""The live summary beside the campaign form: what it says so far in every language, and what is still missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import get_language_info, override
from django.views.decorators.http import require_POST

from campaigns.commands.campaigns import problems_of
from campaigns.figures_in_names import doubtful_figures
from campaigns.forms.rule_fields import field_named
from campaigns.forms.sketch import sketch_of
from campaigns.models import Campaign, CampaignRevision, ReviewState
from campaigns.summary import Line, goods_of, name_proposed, summary_of
from pricing.wording import say


@dataclass(frozen=True, slots=True)
class Told:
    """The summary in one language, with the name that the rule proposes."""

    code: str
    language: str
    lines: list[Line]
    name: str


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that keeps the draft from being submitted, and the field where it is mended, if it is one."""

    field: str
    label: str
    text: str


class SummaryViews:
    """Mixed into the admin of campaigns."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.summary_view))
        return [path("summary/", view, name="campaigns_campaign_summary"), *super().get_urls()]

    def summary_view(self, request: HttpRequest) -> HttpResponse:
        """Say what the form in the request says so far. Writes nothing."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        form, revision = self.sketched(request)
        context = {
            "told": told_of(revision),
            "missing": list(missing_in(form, revision)),
            "doubts": [say(doubt) for doubt in doubtful_figures(revision)],
        }
        return render(request, "campaigns/admin/summary.html", context)

    def sketched(self, request: HttpRequest) -> tuple[forms.Form, CampaignRevision]:
        """Return the form that was sent, new or of a campaign's draft, and the revision that it would be."""
        subject, draft = None, None
        if pk := request.GET.get("campaign", ""):
            found = Campaign.objects.select_related("shop")
            subject = get_object_or_404(found, pk=pk if pk.isdecimal() and len(pk) < 16 else 0)
            draft = get_object_or_404(subject.revisions, review=ReviewState.DRAFT)
        form = self.form_for(request, draft)
        return form, sketch_of(form, subject=subject)


def told_of(revision: CampaignRevision) -> list[Told]:
    """Return the summary in each language of the site."""
    goods, found = goods_of(revision), []
    for code, _name in settings.LANGUAGES:
        with override(code):
            lines, name = summary_of(revision, goods), name_proposed(revision)
        found.append(Told(code, get_language_info(code)["name_local"], lines, name))
    return found


def missing_in(form: Any, revision: CampaignRevision) -> Iterable[Missing]:
    """Yield what the form complains about, then what the review would; each field once, in the order of the page."""
    told = {name: " ".join(errors) for name, errors in form.errors.items()}
    for problem in problems_of(revision, timezone.now()):
        name = field_named(problem.field, form.fields) or ""
        told.setdefault(name, say(problem))
    in_order = [field.name for section in form.sections() for field in section.fields]
    for name in sorted(told, key=lambda name: in_order.index(name) if name in in_order else len(in_order)):
        known = name in form.fields
        yield Missing(
            field=name if known else "", label=str(form[name].label).rstrip("?？") if known else "", text=told[name]
        )

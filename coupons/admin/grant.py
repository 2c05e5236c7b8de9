"""The screens of grants by hand: try the rows, have them approved, see what came of each."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from campaigns.admin.acts import Standing
from campaigns.admin.facts import Change, Fact
from campaigns.admin.reviewed import Command, ReviewedAdmin, draft_key
from campaigns.commands.transitions import Step
from campaigns.models import ReviewState
from coupons.admin.acts import review_commands
from coupons.admin.columns import TONES, awaits_review, badge, latest_of, out_of
from coupons.admin.facts import changes, rule_text, validity_text
from coupons.admin.job_part import last_job
from coupons.admin.stages import TemplateStageFilter, template_tabs
from coupons.admin.template import state_text
from coupons.admin.ties import halts_of, links_to_coupons
from coupons.commands.activities import duplicate_activity
from coupons.commands.grants import GRANT_REVIEW, GRANTS, JOB, create_grant, move_grant, subject_of
from coupons.forms.grant_form import GrantForm
from coupons.grant_rows import headings
from coupons.lifecycle import ReviewedState
from coupons.models import CouponGrant, CouponGrantRevision, GrantList, GrantResult, GrantRow
from coupons.selectors.grants import Given, given_by, list_of, rows_with_results
from pricing.csv_text import csv_lines
from pricing.engine.messages import Message
from pricing.wording import money_text, say

FIRST_ROWS = 10


@admin.register(CouponGrant)
class CouponGrantAdmin(ReviewedAdmin):
    review = GRANT_REVIEW
    list_display = ["title", "coupon", "customers", "standing", "given", "refused", "created_by", "created_at"]
    list_display_links = ["title"]
    list_filter = [TemplateStageFilter]
    search_fields = ["revisions__name", "revisions__description"]
    search_help_text = gettext_lazy("Search by name or reason")
    list_before_template = "campaigns/admin/tabs.html"
    ordering = ["-pk"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_safe(self.rows_file))
        return [path("<int:pk>/rows/", view, name="coupons_coupongrant_rows"), *super().get_urls()]

    # The list

    def get_queryset(self, request: HttpRequest) -> QuerySet[CouponGrant]:
        in_review = CouponGrantRevision.objects.filter(grant=OuterRef("pk"), review=ReviewState.IN_REVIEW)
        found = super().get_queryset(request).annotate(has_review=Exists(in_review))
        related = ("current_revision", "template__current_revision", "created_by")
        return found.select_related(*related).prefetch_related("revisions")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        tabs = template_tabs(self.get_queryset(request), request.GET.get("stage", ""))
        return super().changelist_view(request, {**(extra_context or {}), "stage_tabs": tabs})

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Put the figures of all rows of the page on them: two queries."""
        changelist = super().get_changelist_instance(request)
        rows = changelist.result_list
        lists = {row.key: row for row in GrantList.objects.filter(key__in=[latest_of(row).list_key for row in rows])}
        figures = given_by([row.pk for row in rows])
        for grant in rows:
            grant.meant, grant.figures = lists.get(latest_of(grant).list_key), figures.get(grant.pk, Given())
        return changelist

    @admin.display(description=gettext_lazy("what for"))
    def title(self, grant: CouponGrant) -> str:
        return latest_of(grant).local_name

    @admin.display(description=gettext_lazy("coupon"))
    def coupon(self, grant: CouponGrant) -> str:
        return str(grant.template)

    @admin.display(description=gettext_lazy("customers"))
    def customers(self, grant: CouponGrant) -> str:
        return str(grant.meant.size) if grant.meant else "–"

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def standing(self, grant: CouponGrant) -> str:
        tone = TONES.get(ReviewedState(grant.state), "") or ("review" if awaits_review(grant) else "")
        return badge(state_text(grant), tone)

    @admin.display(description=gettext_lazy("given"))
    def given(self, grant: CouponGrant) -> str:
        return out_of(grant.figures.coupons, grant.meant.coupons if grant.meant else 0)

    @admin.display(description=gettext_lazy("refused rows"))
    def refused(self, grant: CouponGrant) -> str:
        return str(grant.figures.refused)

    # One grant

    def form_for(self, request: HttpRequest, revision: CouponGrantRevision | None = None) -> GrantForm:
        chosen = {"template": request.GET["template"]} if "template" in request.GET else {}
        if request.method == "POST":
            return GrantForm(request.POST, request.FILES, revision=revision, initial=chosen)
        return GrantForm(revision=revision, initial=chosen)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        title = _("New %(thing)s") % {"thing": self.opts.verbose_name}
        return self._tried(request, self.form_for(request), title=title) or super().add_view(request, form_url)

    def edit_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        standing = self._standing(request, pk)
        if self._can_edit(request, standing):
            form, subject = self.form_for(request, standing.open_revision), standing.subject
            if tried := self._tried(request, form, title=str(subject), subject=subject):
                return tried
        return super().edit_view(request, pk)

    def _tried(self, request: HttpRequest, form: GrantForm, **page: Any) -> HttpResponseBase | None:
        """Return the report of a trial, or the file of its wrong rows; None if somebody wants to save."""
        if request.method != "POST" or not {"_try", "_bad"} & set(request.POST):
            return None
        form.is_valid()
        complaints = form.tried.complaints if form.tried else []
        if "_bad" not in request.POST or not complaints:
            return self._form_page(request, form, **page)
        rows = ((row.cell, "".join(row.others[:1]), row.line, row.text) for row in complaints)
        return _file("wrong-rows.csv", csv_lines((*headings(), _("line"), _("problem")), rows))

    def _form_page(self, request: HttpRequest, form: Any, *, title: str, subject: Any = None) -> HttpResponse:
        form.keep_text()
        return super()._form_page(request, form, title=title, subject=subject)

    def facts_of(self, revision: CouponGrantRevision) -> list[Fact]:
        return grant_facts(revision)

    def changes_between(self, before: Any, after: CouponGrantRevision) -> list[Change]:
        return changes(grant_facts, before, after)

    def page_extras(self, standing: Standing, shown: CouponGrantRevision) -> dict[str, Any]:
        grant, meant = standing.subject, list_of(shown)
        figures = given_by([grant.pk]).get(grant.pk, Given())
        report = reverse("admin:coupons_coupongrant_rows", args=[grant.pk])
        facts: list[tuple[Any, Any]] = [
            (_("given"), out_of(figures.coupons, meant.coupons if meant else 0)),
            (_("refused rows"), figures.refused),
            (_("row by row"), format_html('<a class="promo-link" href="{}">CSV</a>', report)),
        ]
        tone = TONES.get(ReviewedState(grant.state), "")
        return {
            "figures": {"tone": tone, "state": state_text(grant), "facts": facts},
            "doubts": halts_of([grant.template]),
            "more_links": links_to_coupons([grant.template], user=standing.user),
            "page_parts": ["coupons/admin/job_part.html"],
            "job": last_job(JOB, subject_of(grant.pk), user=standing.user),
        }

    def create(self, request: HttpRequest, form: GrantForm) -> CouponGrant:
        return create_grant(
            content=form.content(),
            template=form.cleaned_data["template"],
            by=request.user,
            at=timezone.now(),
            key=draft_key(request),
        )

    def commands(self) -> Mapping[str, Command]:
        def duplicate(subject_id: int, **who_and_when: Any) -> Any:
            return duplicate_activity(GRANTS, subject_id=subject_id, owner=("template",), **who_and_when)

        def resume(request: HttpRequest, standing: Standing, reason: str) -> None:
            move_grant(standing.subject.pk, Step("resume", request.user, timezone.now(), reason))

        return {**review_commands(GRANT_REVIEW, duplicate=duplicate), "resume": resume}

    def rows_file(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Whom the grant means, row by row, with what came of each."""
        grant = self.get_object(request, str(pk))
        if grant is None:
            raise Http404
        if not self.has_view_permission(request, grant):
            raise PermissionDenied
        meant = list_of(self._latest(grant))
        rows = rows_with_results(grant.pk, meant.pk) if meant else iter(())
        header = (*headings(), _("line"), _("customer number"), _("given"), _("outcome"))
        return _file(f"grant-{pk}.csv", csv_lines(header, _written(rows)))


def grant_facts(revision: CouponGrantRevision) -> list[Fact]:
    """Return everything that a grant says, in the order of the form."""
    template, meant = revision.grant.template, list_of(revision)
    given = template.current_revision
    size, coupons = (meant.size, meant.coupons) if meant else (0, 0)
    first = GrantRow.objects.filter(of=meant).order_by("line")[:FIRST_ROWS] if meant else []
    return [
        Fact(_("Coupon"), f"{template} ({rule_text(given)})" if given else str(template)),
        Fact(_("Validity"), validity_text(given) if given else _("not approved yet")),
        Fact(_("What for"), revision.name),
        Fact(_("Reason"), revision.description),
        Fact(_("Customers"), f"{size:,}"),
        Fact(_("Coupons"), f"{coupons:,}"),
        Fact(_("Worth"), money_text(coupons * given.face_cents) if given else "–"),
        Fact(_("First rows"), "\n".join(f"{row.line}: {row.reference} × {row.number}" for row in first)),
    ]


def _written(rows: Iterator[tuple[GrantRow, GrantResult | None]]) -> Iterator[tuple[Any, ...]]:
    for row, result in rows:
        given = result.given if result else 0
        yield row.reference, row.number, row.line, row.customer.code, given, _what(row, result)


def _what(row: GrantRow, result: GrantResult | None) -> str:
    if result is None:
        return _("not yet")
    if result.refused:
        return say(Message(result.refused, result.figures))
    return _("issued") if result.given == row.number else _("not all yet")


def _file(name: str, lines: Iterator[str]) -> HttpResponseBase:
    named = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=named)

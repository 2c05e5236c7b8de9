"""The screens of code pools; their codes can be downloaded once."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from campaigns.admin.acts import Standing
from campaigns.admin.facts import Change, Fact, moment
from campaigns.admin.reviewed import Command, ReviewedAdmin, draft_key
from campaigns.admin.stages import StageFilter, stage_tabs
from campaigns.models import ReviewState
from coupons.admin.acts import review_commands
from coupons.admin.claim_campaign import TONES
from coupons.admin.code_pool_facts import code_pool_facts
from coupons.admin.columns import awaits_review, badge, latest_of, out_of
from coupons.admin.facts import changes
from coupons.commands.code_pools import CODE_POOL_REVIEW, create_code_pool, duplicate_code_pool
from coupons.commands.codes import take_codes
from coupons.forms.code_pool_form import CodePoolForm
from coupons.models import CodeKind, CodePool, CodePoolRevision
from coupons.selectors.code_pools import phase_of_pool
from pricing.engine.errors import Refusal
from pricing.wording import say

LINES = 5_000  # codes are sent in pieces of so many


@admin.register(CodePool)
class CodePoolAdmin(ReviewedAdmin):
    review = CODE_POOL_REVIEW
    list_display = ["title", "coupon", "kind", "period", "standing", "codes", "redeemed"]
    list_display_links = ["title"]
    list_filter = [StageFilter, "kind"]
    search_fields = ["revisions__name", "revisions__name_zh"]
    search_help_text = _("Search by name")
    list_before_template = "campaigns/admin/tabs.html"
    ordering = ["-pk"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.download)
        return [path("<int:pk>/codes/", view, name="coupons_codepool_codes"), *super().get_urls()]

    # The list

    def get_queryset(self, request: HttpRequest) -> QuerySet[CodePool]:
        in_review = CodePoolRevision.objects.filter(code_pool=OuterRef("pk"), review=ReviewState.IN_REVIEW)
        found = super().get_queryset(request).annotate(has_review=Exists(in_review))
        return found.select_related("current_revision", "template__current_revision").prefetch_related("revisions")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        tabs = stage_tabs(self.get_queryset(request), request.GET.get("stage", ""), at=timezone.now())
        return super().changelist_view(request, {**(extra_context or {}), "stage_tabs": tabs})

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Put the number of redeemed codes of all rows of the page on them: one query."""
        changelist = super().get_changelist_instance(request)
        figures = redeemed_in([row.pk for row in changelist.result_list])
        for pool in changelist.result_list:
            pool.redeemed_codes = figures.get(pool.pk, 0)
        return changelist

    @admin.display(description=_("code pool"))
    def title(self, pool: CodePool) -> str:
        return latest_of(pool).local_name

    @admin.display(description=_("coupon"))
    def coupon(self, pool: CodePool) -> str:
        return str(pool.template)

    @admin.display(description=_("period"), ordering="current_revision__starts_at")
    def period(self, pool: CodePool) -> str:
        revision = latest_of(pool)
        nowrap = '<span class="whitespace-nowrap">{}</span><br><span class="whitespace-nowrap">{}</span>'
        return format_html(nowrap, moment(revision.starts_at), moment(revision.ends_at))

    @admin.display(description=_("state"), ordering="state")
    def standing(self, pool: CodePool) -> str:
        return badge(*standing_of(pool))

    @admin.display(description=_("codes made"))
    def codes(self, pool: CodePool) -> str:
        is_shared = pool.kind == CodeKind.SHARED
        return latest_of(pool).shared_code if is_shared else str(out_of(pool.made, latest_of(pool).count))

    @admin.display(description=_("redeemed"))
    def redeemed(self, pool: CodePool) -> str:
        return str(pool.redeemed_codes)

    # One pool

    def form_for(self, request: HttpRequest, revision: CodePoolRevision | None = None) -> CodePoolForm:
        chosen = {"template": request.GET["template"]} if "template" in request.GET else {}
        data = request.POST if request.method == "POST" else None
        return CodePoolForm(data, revision=revision, initial=chosen)

    def facts_of(self, revision: CodePoolRevision) -> list[Fact]:
        return code_pool_facts(revision)

    def changes_between(self, before: CodePoolRevision | None, after: CodePoolRevision) -> list[Change]:
        return changes(code_pool_facts, before, after)

    def page_extras(self, standing: Standing, shown: CodePoolRevision) -> dict[str, Any]:
        pool = standing.subject
        state, tone = standing_of(pool)
        facts = [(_("redeemed"), redeemed_in([pool.pk]).get(pool.pk, 0))]
        if pool.kind == CodeKind.SINGLE:
            facts.insert(0, (_("codes made"), out_of(pool.made, shown.count)))
        if pool.downloaded_at:
            facts.append((_("downloaded"), f"{moment(pool.downloaded_at)} · {pool.downloaded_by}"))
        elif pool.secret and standing.user.has_perm("coupons.download_codepool"):
            address = reverse("admin:coupons_codepool_codes", args=[pool.pk])
            facts.append(
                (_("codes"), format_html('<a class="promo-link" href="{}">{}</a>', address, _("download once")))
            )
        return {"figures": {"tone": tone, "state": state, "facts": facts}, "code_pool": pool}

    def create(self, request: HttpRequest, form: Any) -> CodePool:
        return create_code_pool(
            content=form.content(),
            template=form.cleaned_data["template"],
            kind=form.cleaned_data["kind"],
            by=request.user,
            at=timezone.now(),
            key=draft_key(request),
        )

    def commands(self) -> Mapping[str, Command]:
        def duplicate(code_pool_id: int, **who_and_when: Any) -> CodePool:
            return duplicate_code_pool(code_pool_id=code_pool_id, **who_and_when)

        return review_commands(CODE_POOL_REVIEW, duplicate=duplicate)

    # The codes

    def download(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Ask first, then send all codes as a file; they cannot be sent a second time."""
        pool = self.get_object(request, str(pk))
        if pool is None:
            raise Http404
        if not request.user.has_perm("coupons.download_codepool"):
            raise PermissionDenied
        if request.method != "POST":
            context = self._context(request, title=_("Download the codes of %(pool)s") % {"pool": pool})
            return render(request, "coupons/admin/codes.html", {**context, "pool": pool, "back_url": self.page_url(pk)})
        try:
            codes = take_codes(pool_id=pk, by=request.user, at=timezone.now())
        except Refusal as refusal:
            messages.error(request, say(refusal))
            return HttpResponseRedirect(self.page_url(pk))
        named = {"Content-Disposition": f'attachment; filename="codes-{pk}.csv"'}
        return StreamingHttpResponse(_file(codes), content_type="text/csv; charset=utf-8", headers=named)


def redeemed_in(pool_ids: list[int]) -> dict[int, int]:
    """Return how many codes of these pools have been redeemed, by pool. One query."""
    used = CodePool.objects.filter(pk__in=pool_ids, codes__used__gt=0)
    return dict(used.annotate(found=Count("codes__uses", filter=Q(codes__used__gt=0))).values_list("pk", "found"))


def standing_of(pool: CodePool) -> tuple[str, str]:
    """Return what the state and the clock make of a pool, and its colour."""
    phase = phase_of_pool(pool, at=timezone.now())
    if phase is None:
        return str(pool.get_state_display()), "review" if awaits_review(pool) else ""
    state = phase.label if pool.state != "stopped" else pool.get_state_display()
    if awaits_review(pool):
        state = _("%(state)s, change in review") % {"state": state}
    return str(state), TONES.get(phase, "")


def _file(codes: Iterator[str]) -> Iterator[str]:
    """Yield the lines of the file, some thousand at once."""
    yield "code\r\n"
    lines: list[str] = []
    for code in codes:
        lines.append(code)
        if len(lines) == LINES:
            yield "\r\n".join(lines) + "\r\n"
            lines = []
    if lines:
        yield "\r\n".join(lines) + "\r\n"

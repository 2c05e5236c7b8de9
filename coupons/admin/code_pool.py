"""The screens of code pools; their codes can be downloaded once."""

from collections.abc import Collection, Iterator
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import (
    Http404,
    HttpRequest,
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
from campaigns.admin.facts import moment
from campaigns.admin.reviewed import draft_key
from campaigns.admin.stages import StageFilter
from coupons.admin.activity import ActivityAdmin
from coupons.admin.code_pool_facts import code_pool_facts
from coupons.admin.columns import latest_of, out_of
from coupons.admin.job_part import last_job
from coupons.commands.code_pools import CODE_POOL_REVIEW, JOB, create_code_pool, subject_of
from coupons.commands.codes import take_codes
from coupons.forms.code_pool_form import CodePoolForm
from coupons.models import CodeKind, CodePool
from pricing.engine.errors import Refusal
from pricing.wording import say

LINES = 5_000  # codes are sent in pieces of so many


@admin.register(CodePool)
class CodePoolAdmin(ActivityAdmin):
    review = CODE_POOL_REVIEW
    form_class = CodePoolForm
    facts = staticmethod(code_pool_facts)
    list_display = ["title", "coupon", "kind", "period", "standing", "codes", "redeemed"]
    list_filter = [StageFilter, "kind"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.download)
        return [path("<int:pk>/codes/", view, name="coupons_codepool_codes"), *super().get_urls()]

    def figures_of(self, ids: Collection[int]) -> dict[int, int]:
        return redeemed_in(ids)

    def facts_and_figures(self, standing: Standing, shown: Any, figures: int) -> list[tuple[Any, Any]]:
        pool = standing.subject
        facts: list[tuple[Any, Any]] = [(_("redeemed"), figures)]
        if pool.kind == CodeKind.SINGLE:
            facts.insert(0, (_("codes made"), out_of(pool.made, shown.count)))
        if pool.downloaded_at:
            facts.append((_("downloaded"), f"{moment(pool.downloaded_at)} · {pool.downloaded_by}"))
        elif _are_all_made(pool) and standing.user.has_perm("coupons.download_codepool"):
            address = reverse("admin:coupons_codepool_codes", args=[pool.pk])
            link = format_html('<a class="promo-link" href="{}">{}</a>', address, _("download once"))
            facts.append((_("codes"), link))
        return facts

    def page_extras(self, standing: Standing, shown: Any) -> dict[str, Any]:
        job = last_job(JOB, subject_of(standing.subject.pk), user=standing.user)
        return {**super().page_extras(standing, shown), "page_parts": ["coupons/admin/job_part.html"], "job": job}

    @admin.display(description=_("codes made"))
    def codes(self, pool: CodePool) -> str:
        is_shared = pool.kind == CodeKind.SHARED
        return latest_of(pool).shared_code if is_shared else str(out_of(pool.made, latest_of(pool).count))

    @admin.display(description=_("redeemed"))
    def redeemed(self, pool: CodePool) -> str:
        return str(pool.figures)

    def create(self, request: HttpRequest, form: Any) -> CodePool:
        who_and_when = {"by": request.user, "at": timezone.now(), "key": draft_key(request)}
        return create_code_pool(content=form.content(), **form.owner(), **who_and_when)

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


def _are_all_made(pool: CodePool) -> bool:
    """Whether the codes can be taken now."""
    return bool(pool.secret and pool.current_revision and pool.made >= (pool.current_revision.count or 0))


def redeemed_in(pool_ids: Collection[int]) -> dict[int, int]:
    """Return how many codes of these pools have been redeemed, by pool. One query."""
    used = CodePool.objects.filter(pk__in=pool_ids, codes__used__gt=0)
    counted = used.annotate(found=Count("codes__uses", filter=Q(codes__used__gt=0))).values_list("pk", "found")
    return dict.fromkeys(pool_ids, 0) | dict(counted)


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

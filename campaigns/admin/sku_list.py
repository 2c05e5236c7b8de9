"""The SKUs of one campaign on a page of their own: searched, page by page, as CSV out and in; the import is a job."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from unfold.widgets import UnfoldAdminFileFieldWidget

from campaigns.admin.acts import Standing
from campaigns.models import CampaignRevision, ReviewState
from campaigns.selectors.goods import skus_taken_by
from campaigns.selectors.sku_rows import digest_of, list_of, rows_matching, shown_row, stored_rows
from campaigns.sku_list.reading import Unreadable, decoded
from campaigns.sku_list.taking import terms_of_list
from campaigns.sku_list.writing import rows_as_csv, skus_as_csv
from pricing.admin.job import may_read
from pricing.commands.jobs import ask_for
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.models import Job, JobState
from pricing.wording import say

KIND = "sku_list"
FILE = UnfoldAdminFileFieldWidget()
ROWS_PER_PAGE = 50


class SkuListViews:
    """Mixed into the admin of campaigns."""

    def get_urls(self) -> list[URLPattern]:
        see, read, post = self.admin_site.admin_view, require_safe, require_POST
        name = "campaigns_campaign_skus"
        return [
            path("matching.csv", see(post(self.matching_typed)), name=f"{name}_typed"),
            path("<int:pk>/skus/", see(read(self.skus_view)), name=name),
            path("<int:pk>/skus/list.csv", see(read(self.list_file)), name=f"{name}_file"),
            path("<int:pk>/skus/matching.csv", see(read(self.matching_file)), name=f"{name}_matching"),
            path("<int:pk>/skus/try/", see(post(self.try_list)), name=f"{name}_try"),
            path("<int:pk>/skus/store/<int:job_id>/", see(post(self.store_list)), name=f"{name}_store"),
            *super().get_urls(),
        ]

    def skus_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the rows of what is open, else of what is in force, and the import of an own draft."""
        standing, revision = self._seen(request, pk)
        words = request.GET.get("q", "").replace("\0", "").strip()[:80]
        page = Paginator(rows_matching(revision, words), ROWS_PER_PAGE).get_page(request.GET.get("page"))
        job = Job.objects.filter(kind=KIND, subject=_subject(revision)).order_by("-pk").first()
        is_good = job is not None and job.state == JobState.DONE and not job.result.get("bad")
        context = {
            **self._context(request, title=_("SKUs of “%(name)s”") % {"name": standing.subject}),
            "standing": standing,
            "shown": revision,
            "facts": list_of(revision),
            "terms": terms_of_list(revision),
            "words": words,
            "file_input": FILE.render("file", None, {"id": "file", "accept": ".csv,.txt,.tsv,text/csv,text/plain"}),
            "page": page,
            "rows": [shown_row(row) for row in page],
            "can_edit": self._can_edit(request, standing),
            "job": job if job is not None and may_read(request.user, job) else None,
            "can_store": is_good and not job.params["store"] and self._can_edit(request, standing),
            "back_url": self.page_url(pk),
        }
        return render(request, "campaigns/admin/skus.html", context)

    def list_file(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Stream the rows as CSV, as the import reads them."""
        _standing, revision = self._seen(request, pk)
        return _csv(rows_as_csv(revision.skus.all()), f"campaign-{pk}-skus")

    def matching_file(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Stream every SKU that the campaign takes, by whatever it is chosen."""
        _standing, revision = self._seen(request, pk)
        return self._matching(revision, f"campaign-{pk}-matching")

    def matching_typed(self, request: HttpRequest) -> HttpResponse:
        """Stream every SKU that the form in the request would take. Writes nothing."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        _form, revision = self.sketched(request)
        return self._matching(revision, "matching")

    def try_list(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for a trial of a file or pasted text: nothing is stored, every row is looked at."""
        standing, revision = self._own(request, pk)
        try:
            text = _sent(request)
        except Unreadable as refusal:
            messages.error(request, say(refusal))
        else:
            self._ask(request, standing, {"text": text, "keep_others": "keep_others" in request.POST, "store": False})
        return HttpResponseRedirect(sku_list_url(pk))

    def store_list(self, request: HttpRequest, pk: int, job_id: int) -> HttpResponse:
        """Ask for a list that was tried to be stored; it is looked at once more on the way."""
        standing, revision = self._own(request, pk)
        tried = Job.objects.filter(pk=job_id, kind=KIND, subject=_subject(revision), state=JobState.DONE).first()
        if tried is None:
            raise Http404
        seen = digest_of(stored_rows(revision))
        self._ask(request, standing, {**tried.params, "store": True, "seen": seen})
        return HttpResponseRedirect(sku_list_url(pk))

    def _ask(self, request: HttpRequest, standing: Standing, params: dict[str, Any]) -> None:
        revision = standing.open_revision
        known = {"campaign": standing.subject.pk, "revision": revision.pk, "language": get_language()}
        job = ask_for(KIND, params=params | known, by=request.user, at=timezone.now(), subject=_subject(revision))
        if job.params != params | known:
            messages.warning(request, _("An import of this list is under way. Wait for its end, or stop it."))

    def _seen(self, request: HttpRequest, pk: int) -> tuple[Standing, CampaignRevision]:
        standing = self._standing(request, pk)
        if not self.has_view_or_change_permission(request, standing.subject):
            raise PermissionDenied
        return standing, standing.open_revision or self._latest(standing.subject)

    def _own(self, request: HttpRequest, pk: int) -> tuple[Standing, CampaignRevision]:
        standing = self._standing(request, pk)
        if not self.has_change_permission(request, standing.subject):
            raise PermissionDenied
        if not (standing.awaits(ReviewState.DRAFT) and standing.is_author):
            raise Http404
        return standing, standing.open_revision

    def _matching(self, revision: CampaignRevision, name: str) -> HttpResponse:
        try:
            skus: QuerySet[Any] = skus_taken_by(revision, shop_id=revision.campaign.shop_id)
        except Refusal as refusal:
            return HttpResponse(say(refusal), status=422, content_type="text/plain; charset=utf-8")
        return _csv(skus_as_csv(skus), name)


def _sent(request: HttpRequest) -> str:
    """Return the text of the file, or what was pasted. Raises Unreadable."""
    if file := request.FILES.get("file"):
        return decoded(file.read())
    if text := request.POST.get("text", "").strip():
        return text
    raise Unreadable(N_("Choose a file, or paste rows."), field="file")


def _subject(revision: CampaignRevision) -> str:
    return f"revision:{revision.pk}"


def sku_list_url(pk: int) -> str:
    """Return the address of the SKUs of a campaign."""
    return reverse("admin:campaigns_campaign_skus", args=[pk])


def _csv(lines: Any, name: str) -> StreamingHttpResponse:
    named = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=named)

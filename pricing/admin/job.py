"""Background jobs: how far each is, with stop, once more, and what it has left to download."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin

from pricing.commands.jobs import SILENCE, repeat_job, stop_job
from pricing.engine.errors import Refusal
from pricing.jobs import KINDS, subject_names
from pricing.models import Job, JobState
from pricing.wording import say

QUIET = timedelta(seconds=15)  # longer than any step takes that tells how far it is
UTF8_BOM = "\ufeff"  # or a spreadsheet takes the text for something else


@admin.register(Job)
class JobAdmin(ModelAdmin):
    list_display = ["title", "about", "state", "how_far", "by", "asked_at", "finished_at"]
    list_filter = ["state"]
    list_per_page = 50
    list_select_related = ["by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        """Without the texts, which may be megabytes each: the list shows none of them."""
        return super().get_queryset(request).defer("params", "output")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Put on all rows of the page what they are about."""
        changelist = super().get_changelist_instance(request)
        names = subject_names(changelist.result_list)
        for job in changelist.result_list:
            job.subject_name = names.get(job.subject, "")
        return changelist

    def get_urls(self) -> list[URLPattern]:
        see, post = self.admin_site.admin_view, require_POST
        return [
            path("<int:pk>/how-far/", see(self.how_far_page), name="pricing_job_how_far"),
            path("<int:pk>/output/", see(self.output_file), name="pricing_job_output"),
            path("<int:pk>/stop/", see(post(self.stop)), name="pricing_job_stop"),
            path("<int:pk>/repeat/", see(post(self.repeat)), name="pricing_job_repeat"),
            *super().get_urls(),
        ]

    @admin.display(description=_("job"))
    def title(self, job: Job) -> str:
        return title_of(job)

    @admin.display(description=_("what it is about"))
    def about(self, job: Job) -> str:
        return job.subject_name or "–"

    @admin.display(description=_("how far"))
    def how_far(self, job: Job) -> str:
        return "–" if job.percent is None else f"{job.percent} %"

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        job = self._job(request, object_id)
        context = {**self.admin_site.each_context(request), "title": _full_title(job), "opts": self.opts}
        return render(request, "pricing/admin/job.html", context | self._shown(request, job))

    def how_far_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The part of the page that asks for itself anew while the job is active."""
        return render(request, "pricing/admin/job_how_far.html", self._shown(request, self._job(request, pk)))

    def output_file(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = self._job(request, pk)
        if not job.output or not may_read(request.user, job):
            raise Http404
        named = {"Content-Disposition": f'attachment; filename="{job.kind}-{job.pk}.csv"'}
        return HttpResponse(UTF8_BOM + job.output, content_type="text/csv; charset=utf-8", headers=named)

    def stop(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = self._own_job(request, pk)
        try:
            stop_job(job_id=job.pk, at=timezone.now())
        except Refusal as refusal:
            messages.error(request, say(refusal))
        return HttpResponseRedirect(page_of(job))

    def repeat(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = self._own_job(request, pk)
        try:
            job = repeat_job(job_id=job.pk, by=request.user, at=timezone.now())
        except Refusal as refusal:
            messages.error(request, say(refusal))
        return HttpResponseRedirect(page_of(job))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def _job(self, request: HttpRequest, pk: Any) -> Job:
        job = self.get_object(request, str(pk))
        if job is None or not self.has_view_permission(request, job):
            raise Http404
        return job

    def _own_job(self, request: HttpRequest, pk: int) -> Job:
        """Who has asked for it may stop it and ask again: the same rights made it. Others only look."""
        job = self._job(request, pk)
        if not may_handle(request, job):
            raise Http404
        return job

    def _shown(self, request: HttpRequest, job: Job) -> dict[str, Any]:
        kind = KINDS.get(job.kind)
        is_done = job.state == JobState.DONE
        return {
            "job": job,
            "problem": say(Refusal(job.problem, **job.figures)) if job.problem else "",
            "counted": _counted(job),
            "silence": _silence(job, at=timezone.now()),
            "may_handle": may_handle(request, job),
            "may_read": may_read(request.user, job),
            "result_url": kind.url(job) if is_done and kind and kind.url else "",
        }


def title_of(job: Job) -> str:
    """Return what the job is called, in the reader's language."""
    return gettext(KINDS[job.kind].title) if job.kind in KINDS else job.kind


def _full_title(job: Job) -> str:
    return " · ".join([title_of(job), *subject_names([job]).values()])


def page_of(job: Job) -> str:
    """Return the address of the page that shows how far a job is."""
    return reverse("admin:pricing_job_change", args=[job.pk])


def may_read(user: Any, job: Job) -> bool:
    """Whether this person may read what a job has left: who asked for it, and who may do what it did."""
    permission = KINDS[job.kind].permission if job.kind in KINDS else ""
    return job.by_id == user.pk or user.is_superuser or bool(permission and user.has_perm(permission))


def may_handle(request: HttpRequest, job: Job) -> bool:
    """Whether this person may stop a job or ask for it again."""
    return job.by_id == request.user.pk or bool(getattr(request.user, "is_superuser", False))


def _silence(job: Job, *, at: datetime) -> str:
    """Say that nothing was heard of a job that runs, and what comes of that; empty while it tells how far it is."""
    if job.state != JobState.RUNNING or job.beat_at is None or at - job.beat_at < QUIET:
        return ""
    seconds = int((at - job.beat_at).total_seconds())
    text = _("Nothing was heard of it for %(seconds)s seconds: if its worker has died, another goes on after %(most)s.")
    return text % {"seconds": seconds, "most": int(SILENCE.total_seconds())}


def _counted(job: Job) -> str:
    if job.total is None:
        return ""
    text = ngettext("%(done)s of %(total)s step", "%(done)s of %(total)s steps", job.total)
    done = job.total if job.state == JobState.DONE else job.done  # the last steps are not told one by one
    return text % {"done": f"{done:,}", "total": f"{job.total:,}"}

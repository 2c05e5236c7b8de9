"""The screens that every reviewed thing has: its page with history, editing a draft, and a confirm page per act.

A subclass says what is particular: the review, the form, the facts, and the commands behind the acts.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import DataError, IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from unfold.admin import ModelAdmin

from campaigns.admin.acts import ACT_BY_CODE, ACTS, Act, Standing
from campaigns.admin.approvals import has_been_decided, standing_of, why_locked
from campaigns.admin.attempts import noted
from campaigns.admin.audit_wording import move_name
from campaigns.admin.draft_forms import draft_key, key_of_form, seen_by
from campaigns.admin.facts import Change, Fact
from campaigns.admin.stakes import for_the_decision
from campaigns.admin.trail import trail_of
from campaigns.commands.auditing import note_refused_by_storage
from campaigns.commands.drafting import edit_draft
from campaigns.commands.review import NotReady, Review
from campaigns.models import ReviewState
from campaigns.selectors.named_skus import keep_named_skus
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.wording import say

Command = Callable[[HttpRequest, Standing, str], Any]
LONGEST_REASON = 1_000
STORAGE_SAYS_NO = (OperationalError, IntegrityError, DataError)
REVISE = ACT_BY_CODE["revise"]
NOT_STORED = gettext_lazy("The database has refused this, or is busy. Nothing was changed; please look again.")
logger = logging.getLogger(__name__)


class ReviewedAdmin(ModelAdmin):
    """Nothing is changed by GET, and each act checks its permission, the state and the person again."""

    review: ClassVar[Review]
    acts: ClassVar[tuple[Act, ...]] = ACTS
    list_per_page = 50

    # What subclasses say

    def form_for(self, request: HttpRequest, revision: Any = None) -> forms.Form:
        """Return the form of a new thing (kind in the query) or of a draft, bound if the request posts."""
        raise NotImplementedError

    def facts_of(self, revision: Any) -> list[Fact]:
        raise NotImplementedError

    def changes_between(self, before: Any, after: Any) -> list[Change]:
        raise NotImplementedError

    def kept_apart(self, revision: Any) -> set[str]:
        """Return the relations of a draft that its form does not show and leaves as they are."""
        return set()

    def create(self, request: HttpRequest, form: Any) -> Any:
        """Store a new thing from a valid form and return it."""
        raise NotImplementedError

    def commands(self) -> Mapping[str, Command]:
        """Return the command behind each act; it may return the object whose page comes next."""
        raise NotImplementedError

    def page_extras(self, standing: Standing, shown: Any) -> dict[str, Any]:
        """Return what else the page of one thing shows."""
        return {}

    # Routes

    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("<int:pk>/edit/", view(self.edit_view), name=f"{name}_edit"),
            path("<int:pk>/do/<slug:code>/", view(self.act_view), name=f"{name}_act"),
            *super().get_urls(),
        ]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = self.form_for(request)
        if request.method == "POST" and form.is_valid():
            created = self._saved(request, form, lambda: self.create(request, form))
            if created is not None:
                self.log_addition(request, created, [{"added": {}}])
                return self._after_save(request, created)
        return self._form_page(request, form, title=_("New %(thing)s") % {"thing": self.opts.verbose_name})

    def edit_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Edit the open draft; only its author can, everybody else is told so."""
        standing = self._standing(request, pk)
        if not self.has_change_permission(request, standing.subject):
            raise PermissionDenied
        if not standing.awaits(ReviewState.DRAFT) or not standing.is_author:
            noted(request, standing, "edit_draft", N_("This draft is handed in, decided, or somebody else's."))
            messages.warning(request, self.why_locked(standing))
            return HttpResponseRedirect(self.page_url(pk))
        draft = standing.open_revision
        seen = seen_by(request, draft, leaving_out=self.kept_apart(draft))
        form = self.form_for(request, draft)
        form.seen = seen
        if request.method == "POST" and form.is_valid():
            edited = self._saved(request, form, lambda: self._edit(request, standing, form))
            if edited is not None:
                self.log_change(request, edited, [{"changed": {"fields": form.changed_data}}])
                return self._after_save(request, edited)
        return self._form_page(request, form, title=str(standing.subject), subject=standing.subject)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one thing: what is in force, what is open, what can be done, and its history."""
        standing = self._standing(request, object_id)
        if not self.has_view_or_change_permission(request, standing.subject):
            raise PermissionDenied
        shown = standing.open_revision or self._latest(standing.subject)
        keep_named_skus(standing.open_revision)
        context = {
            **self._context(request, title=str(standing.subject)),
            "standing": standing,
            "shown": shown,
            "facts": self.facts_of(shown),
            "changes": self._changes(standing),
            "why_locked": self.why_locked(standing),
            "problems": self._problems(standing),
            "acts": [act for act in self.acts if self._may(request, act) and act.possible(standing)],
            "can_edit": self._can_edit(request, standing),
            **for_the_decision(self.review, standing),
            "trail": trail_of(standing.subject, self.opts),
            **self.page_extras(standing, shown),
        }
        return render(request, "campaigns/admin/page.html", context)

    def act_view(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        return require_http_methods(["GET", "HEAD", "POST"])(self._act)(request, pk, code)

    # How they work

    def _act(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        act = ACT_BY_CODE.get(code)
        if act is None or code not in self.commands():
            raise Http404
        standing = self._standing(request, pk)
        if not self._may(request, act):
            raise PermissionDenied
        if request.method == "POST":
            return self._do(request, act, standing)
        if not act.possible(standing):
            messages.warning(request, self.why_locked(standing))
            return HttpResponseRedirect(self.page_url(pk))
        return self._confirm_page(request, act, standing)

    def _do(self, request: HttpRequest, act: Act, standing: Standing) -> HttpResponse:
        reason = request.POST.get("reason", "").replace("\0", "").strip()[:LONGEST_REASON]
        try:
            if act.code in ("submit", "approve", "reject", "discard") and standing.open_revision is None:
                raise noted(request, standing, act.code, N_("Somebody else was faster. Please look again."), reason)
            following = self.commands()[act.code](request, standing, reason)
        except Refusal as refusal:
            self._tell(request, refusal)
            if refusal.field == "reason":
                return self._confirm_page(request, act, standing)
            return HttpResponseRedirect(self.page_url(standing.subject.pk))
        except STORAGE_SAYS_NO:
            logger.exception("%s of %s refused by the database", act.code, standing.subject.pk)
            note_refused_by_storage(standing.subject, act=act.code, reason=reason, by=request.user, at=timezone.now())
            messages.error(request, NOT_STORED)
            return HttpResponseRedirect(self.page_url(standing.subject.pk))
        messages.success(request, self._said(act, standing))
        return HttpResponseRedirect(self.page_url(getattr(following, "pk", None) or standing.subject.pk))

    def _said(self, act: Act, standing: Standing) -> str:
        if act.code == "approve" and not has_been_decided(standing.open_revision):
            return _("Your approval is recorded, the first of two. A second person has to approve it, too.")
        said = move_name(act.code)
        return _("Done: %(act)s.") % {"act": act.label if said == act.code else said}

    def _edit(self, request: HttpRequest, standing: Standing, form: Any) -> Any:
        draft_id, content = standing.open_revision.pk, form.content()
        edit_draft(self.review.tables, revision_id=draft_id, content=content, by=request.user, seen=form.seen or None)
        return standing.subject

    def _saved(self, request: HttpRequest, form: Any, store: Callable[[], Any]) -> Any:
        """Return what `store` returns; a refusal becomes an error of the form and gives None."""
        try:
            return store()
        except Refusal as refusal:
            form.refused = refusal
            form.add_error(refusal.field if refusal.field in form.fields else None, say(refusal))
        except STORAGE_SAYS_NO:
            logger.exception("draft refused by the database")
            form.add_error(None, NOT_STORED)
        return None

    def _after_save(self, request: HttpRequest, subject: Any) -> HttpResponse:
        if "_submit" in request.POST:
            return HttpResponseRedirect(self.act_url(subject.pk, "submit"))
        messages.success(request, _("The draft is saved."))
        return HttpResponseRedirect(self.page_url(subject.pk))

    def _form_page(self, request: HttpRequest, form: Any, *, title: str, subject: Any = None) -> HttpResponse:
        context = {**self._context(request, title=title), "form": form, "media": self.media + form.media}
        context["back_url"] = self.page_url(subject.pk) if subject else self.list_url()
        context["draft_key"] = None if subject else key_of_form(request, form)
        return render(request, "campaigns/admin/form.html", context)

    def _confirm_page(self, request: HttpRequest, act: Act, standing: Standing) -> HttpResponse:
        shown = standing.open_revision or self._latest(standing.subject)
        decides = act.code in ("submit", "approve", "reject")
        keep_named_skus(standing.open_revision)
        context = {
            **self._context(request, title=f"{act.label}: {standing.subject}"),
            "act": act,
            "standing": standing,
            "shown": shown,
            "problems": self._problems(standing) if act.code in ("submit", "approve") else [],
            "changes": self._changes(standing) if decides else [],
            "facts": self.facts_of(shown) if decides else [],
            **for_the_decision(self.review, standing),
            "back_url": self.page_url(standing.subject.pk),
            "draft_key": draft_key(request),
            **self.page_extras(standing, shown),
        }
        return render(request, "campaigns/admin/confirm.html", context)

    def _changes(self, standing: Standing) -> list[Change]:
        if standing.open_revision is None:
            return []
        return self.changes_between(standing.subject.current_revision, standing.open_revision)

    def _problems(self, standing: Standing) -> list[str]:
        if standing.open_revision is None:
            return []
        return [say(problem) for problem in self.review.problems_of(standing.open_revision, timezone.now())]

    def _tell(self, request: HttpRequest, refusal: Refusal) -> None:
        for problem in refusal.problems if isinstance(refusal, NotReady) else [refusal]:
            messages.error(request, say(problem))

    def why_locked(self, standing: Standing) -> str:
        """Say why the page shows text and no fields; empty if the viewer can edit."""
        return why_locked(standing, may_revise=self._may_as(standing.user, REVISE) and REVISE.possible(standing))

    def _can_edit(self, request: HttpRequest, standing: Standing) -> bool:
        is_own_draft = standing.awaits(ReviewState.DRAFT) and standing.is_author
        return is_own_draft and self.has_change_permission(request, standing.subject)

    def _standing(self, request: HttpRequest, pk: Any) -> Standing:
        subject = self.get_object(request, str(pk))
        if subject is None:
            raise Http404
        return standing_of(subject, request.user, at=timezone.now())

    def _latest(self, subject: Any) -> Any:
        return subject.current_revision or subject.revisions.order_by("-number").first()

    def _may(self, request: HttpRequest, act: Act) -> bool:
        return self._may_as(request.user, act)

    def _may_as(self, user: AbstractBaseUser, act: Act) -> bool:
        return user.has_perm(f"{self.opts.app_label}.{act.permission}_{self.opts.model_name}")

    def _context(self, request: HttpRequest, *, title: str) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "media": self.media,
            "act_url_name": f"admin:{self.opts.app_label}_{self.opts.model_name}_act",
            "edit_url_name": f"admin:{self.opts.app_label}_{self.opts.model_name}_edit",
            "list_url": self.list_url(),
        }

    def list_url(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def page_url(self, pk: int) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[pk])

    def act_url(self, pk: int, code: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_act", args=[pk, code])

"""Screens that show rows nobody edits, and confirm pages: GET shows what will happen, POST does it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from unfold.admin import ModelAdmin

from pricing.engine.errors import Refusal
from pricing.wording import say

LONGEST_NOTE = 200
BUSY = gettext_lazy("Somebody else is working on this. Nothing was changed; please try again.")


@dataclass(frozen=True, slots=True)
class Act:
    """One button with its confirm page. `run` gets the request, the row's id and the note."""

    code: str
    label: str
    question: str
    permission: str
    run: Callable[[HttpRequest, int, str], Any]
    possible: Callable[[Any], bool]
    note_label: str = ""
    danger: bool = False


class ActingAdmin(ModelAdmin):
    """Read-only rows with acts. Every act checks its permission again, and its command checks the state."""

    list_per_page = 50
    acts: tuple[Act, ...] = ()
    page_template = ""

    def page_values(self, row: Any) -> dict[str, Any]:
        """Return what the page of one row shows."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.act_view))
        return [path("<int:pk>/do/<slug:code>/", view, name=self._name("act")), *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self._row(request, object_id)
        acts = [act for act in self.acts if request.user.has_perm(act.permission) and act.possible(row)]
        return self._render(request, row, self.page_template, acts=acts)

    def act_view(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        act = next((act for act in self.acts if act.code == code), None)
        if act is None:
            raise Http404
        if not request.user.has_perm(act.permission):
            raise PermissionDenied
        row = self._row(request, pk)
        if request.method == "POST":
            return self._do(request, row, act)
        if not act.possible(row):
            messages.warning(request, _("There is nothing left to decide here."))
            return HttpResponseRedirect(self._url("change", row.pk))
        return self._confirm(request, row, act)

    def _do(self, request: HttpRequest, row: Any, act: Act) -> HttpResponse:
        note = request.POST.get("note", "").replace("\0", "").strip()[:LONGEST_NOTE]
        try:
            act.run(request, row.pk, note)
        except Refusal as refusal:
            messages.error(request, say(refusal))
            if refusal.field == "note":
                return self._confirm(request, row, act)
        except OperationalError:
            messages.error(request, BUSY)
        else:
            messages.success(request, _("Done: %(act)s.") % {"act": act.label})
        return HttpResponseRedirect(self._url("change", row.pk))

    def _confirm(self, request: HttpRequest, row: Any, act: Act) -> HttpResponse:
        return self._render(request, row, "storefront/admin/confirm.html", act=act)

    def _render(self, request: HttpRequest, row: Any, template: str, **values: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(row),
            "media": self.media,
            "row": row,
            "act_url_name": f"admin:{self._name('act')}",
            "back_url": self._url("change", row.pk),
            "page_template": self.page_template,
            **self.page_values(row),
            **values,
        }
        return render(request, template, context)

    def _row(self, request: HttpRequest, pk: Any) -> Any:
        row = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        return row

    def _name(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

    def _url(self, page: str, *args: Any) -> str:
        return reverse(f"admin:{self._name(page)}", args=args)

"""The bell of the back office: how many notices somebody has not read, and the page with all of them."""

from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from campaigns.commands.staff_notices import mark_read
from campaigns.notice_wording import notice_text
from campaigns.selectors.staff import notices_of, unread_count

PER_PAGE = 50


def bell(request: HttpRequest) -> dict[str, Any]:
    """Put the bell into the head of every page of the back office; asked for only where it is drawn. One query."""
    user = getattr(request, "user", None)
    if user is None or not request.path.startswith(reverse("admin:index")):
        return {}
    return {"bell": SimpleLazyObject(lambda: _bell(user))}


def _bell(user: Any) -> SafeString:
    unread = unread_count(user) if user.is_active and user.is_staff else 0
    return render_to_string("campaigns/desk/bell.html", {"unread": unread})


@require_safe
@admin.site.admin_view
def notices(request: HttpRequest) -> HttpResponse:
    """List what the reader was told, newest first."""
    page = Paginator(notices_of(request.user), PER_PAGE).get_page(request.GET.get("p"))
    context = {
        **admin.site.each_context(request),
        "title": _("Notices"),
        "page": page,
        "rows": [(notice, notice_text(notice)) for notice in page],
        "unread": unread_count(request.user),
    }
    return render(request, "campaigns/desk/notices.html", context)


@require_POST
@admin.site.admin_view
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a notice of the reader as read and go where it leads; a notice of somebody else does not exist."""
    notice = notices_of(request.user).filter(pk=pk).first()
    if notice is None:
        raise Http404
    mark_read(user=request.user, at=timezone.now(), notice_id=pk)
    return HttpResponseRedirect(notice.link or reverse("desk:notices"))


@require_POST
@admin.site.admin_view
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything that the reader was told as read."""
    mark_read(user=request.user, at=timezone.now())
    return HttpResponseRedirect(reverse("desk:notices"))

"""Where staff begin and end a look at the shop at another moment."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.forms.inputs import choice
from campaigns.models import CampaignRevision
from storefront import previewing
from storefront.as_if import OPEN
from storefront.forms.sample import PREFIX, SampleForm, typed_at

ASKED = ("at", "who", "level", "orders", "customer", "draft")
MOST_DRAFTS = 200


class PreviewForm(SampleForm):
    """Whose eyes and when, and which draft counts as approved; the shop itself knows its channel."""

    draft = choice(_l("With a draft as if approved"), lambda: _open_drafts())

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - set(ASKED):
            self.fields[name] = forms.CharField(required=False, widget=forms.HiddenInput)
        self.fields["at"].required, self.fields["draft"].required = True, False

    def clean_draft(self) -> int | None:
        pk = int(self.cleaned_data["draft"] or 0) or None
        if pk is not None and previewing.usable_draft(pk) is None:
            raise ValidationError(_("This draft cannot be shown yet: its own page says what it lacks."))
        return pk

    def eyes(self) -> dict[str, object]:
        """Return whose eyes they are, as the session keeps them."""
        viewer, who = self.viewer(), self.cleaned_data["who"]
        is_given = who == "given" and viewer is not None
        return {
            "who": who,
            "customer": viewer.pk if is_given else None,
            "name": str(viewer) if is_given else "",
            "level": viewer.level if viewer and not is_given else "",
            "orders": viewer.orders_placed if viewer and not is_given else 0,
            "draft": self.cleaned_data["draft"],
        }


@require_http_methods(["GET", "HEAD", "POST"])
def shop(request: HttpRequest) -> HttpResponse:
    """Ask for the moment and the eyes; then go to the shop."""
    if not previewing.may_preview(request.user):
        raise PermissionDenied
    now = timezone.now()
    if request.method == "POST":
        form = PreviewForm(request.POST, now=now)
        if form.is_valid():
            previewing.begin(request, at=form.cleaned_data["at"], eyes=form.eyes())
            return redirect("storefront:home")
    else:
        asked = {"at": request.GET.get("at") or typed_at(now), "draft": request.GET.get("draft", "")}
        typed = {"who": "guest", "orders": "1", **asked}
        form = PreviewForm({f"{PREFIX}-{name}": value for name, value in typed.items()}, now=now)
        form.full_clean()
    context = {**admin.site.each_context(request), "title": _("The shop at another moment"), "form": form}
    return render(request, "storefront/admin/shop_preview.html", context)


def _open_drafts() -> list[tuple[str, str]]:
    """The drafts that may be looked at, the latest first."""
    drafts = CampaignRevision.objects.filter(review__in=OPEN).select_related("author").order_by("-pk")[:MOST_DRAFTS]
    return [("", _("none")), *((str(row.pk), f"{row.local_name} · {row.author}") for row in drafts)]


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """Back to the shop as it is; also for those who may not begin one any more."""
    previewing.end(request)
    return redirect("storefront:home")

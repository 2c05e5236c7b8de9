"""Where staff begin and end a look at the shop at another moment."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from storefront import previewing
from storefront.forms.sample import PREFIX, SampleForm, typed_at

ASKED = ("at", "who", "level", "orders", "customer")


class PreviewForm(SampleForm):
    """Whose eyes and when; the shop itself knows its channel."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - set(ASKED):
            self.fields[name] = forms.CharField(required=False, widget=forms.HiddenInput)
        self.fields["at"].required = True

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
        typed = {"who": "guest", "orders": "1", "at": request.GET.get("at") or typed_at(now)}
        form = PreviewForm({f"{PREFIX}-{name}": value for name, value in typed.items()}, now=now)
        form.full_clean()
    context = {**admin.site.each_context(request), "title": _("The shop at another moment"), "form": form}
    return render(request, "storefront/admin/shop_preview.html", context)


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """Back to the shop as it is; also for those who may not begin one any more."""
    previewing.end(request)
    return redirect("storefront:home")

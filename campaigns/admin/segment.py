"""Segments: conditions to reuse. Every form with an audience asks here how many customers it reaches."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin

from campaigns.audience.conditions import WrongAudience
from campaigns.audience.tree import all_conditions, dump_tree, load_tree
from campaigns.audience_wording import audience_words, tree_words
from campaigns.commands.segments import save_segment
from campaigns.forms.audience import tree_in
from campaigns.forms.segment import SegmentForm
from campaigns.models import CampaignRevision, NewTo, Segment
from campaigns.selectors.audience import Aim, new_condition, reach_of
from campaigns.selectors.segments import check_known, spelt_out
from campaigns.sources import ask
from pricing.models import Shop
from pricing.wording import plain_percent, say


@admin.register(Segment)
class SegmentAdmin(ModelAdmin):
    form = SegmentForm
    list_display = ["local_name", "in_words", "owner", "changed_at"]
    list_display_links = ["local_name"]
    search_fields = ["name", "name_zh", "meaning"]
    list_per_page = 50
    warn_unsaved_form = True

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.reach_view))
        return [path("reach/", view, name="campaigns_segment_reach"), *super().get_urls()]

    def get_fields(self, request: HttpRequest, obj: Segment | None = None) -> list[Any]:
        shown = "tree" if self._may_edit(request, obj) else "in_words"
        return [("name", "name_zh"), "meaning", shown, *(["owner", "reach", "changed_at"] if obj else [])]

    def get_readonly_fields(self, request: HttpRequest, obj: Segment | None = None) -> list[str]:
        return ["in_words", "owner", "reach", "changed_at"]

    def save_model(self, request: HttpRequest, obj: Segment, form: forms.ModelForm, change: bool) -> None:
        save_segment(obj, by=request.user, at=timezone.now())

    def has_delete_permission(self, request: HttpRequest, obj: Segment | None = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("name"), ordering="name")
    def local_name(self, segment: Segment) -> str:
        return segment.local_name

    @admin.display(description=gettext_lazy("conditions"))
    def in_words(self, segment: Segment) -> str:
        try:
            return tree_words(load_tree(segment.tree))
        except WrongAudience as refusal:
            return say(refusal)

    @admin.display(description=gettext_lazy("customers now"))
    def reach(self, segment: Segment) -> str:
        try:
            return str(reach_of(Aim(tree=spelt_out(load_tree(segment.tree))), at=timezone.now()).count)
        except WrongAudience as refusal:
            return say(refusal)

    def _may_edit(self, request: HttpRequest, obj: Segment | None) -> bool:
        return self.has_change_permission(request, obj) if obj else self.has_add_permission(request)

    def reach_view(self, request: HttpRequest) -> HttpResponse:
        """Say how many customers the conditions in the request reach, and in words whom. Writes nothing."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            context = {"reach": _reach_asked(request)}
        except WrongAudience as refusal:
            context = {"trouble": say(refusal)}
        except OperationalError:
            context = {"trouble": _("Counting takes too long at the moment. It can be saved all the same.")}
        return render(request, "campaigns/admin/audience/reach.html", context)


def _reach_asked(request: HttpRequest) -> dict[str, Any]:
    tree = load_tree(tree_in(request.POST.getlist(request.GET.get("field", ""))))
    check_known(tree)
    new_to, shop = request.POST.get("new_to", ""), _owner_asked(request)
    aimed = CampaignRevision(audience=dump_tree(tree), new_to=new_to if new_to in NewTo.values else NewTo.ANYBODY)
    aim = Aim(tree=spelt_out(tree), new=new_condition(aimed.new_to, shop))
    reach = reach_of(aim, at=timezone.now())
    ordering = "template" not in request.POST  # a coupon is claimed once, whatever is ordered later
    return {
        "count": reach.count,
        "total": reach.total,
        "share": f"{plain_percent(reach.share_bp)} %",
        "words": audience_words(aimed, shop=shop),
        "decided_at_order": ordering
        and (bool(aim.new) or any(rule.DECIDED_AT_ORDER for rule in all_conditions(aim.tree))),
    }


def _owner_asked(request: HttpRequest) -> Shop | None:
    """Return who owns the offer: the shop chosen in the form, or that of the coupon chosen."""
    shop, template = (_key(request.POST.get(name, "")) for name in ("shop", "template"))
    if template is not None:
        return ask("template_owner", template)
    return Shop.objects.filter(pk=shop).first() if shop is not None else None


def _key(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

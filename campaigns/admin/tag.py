"""Customer tags: what they mean, how many carry them since when, and the three ways in which people set them."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.admin import ModelAdmin

from campaigns.audience.tree import load_tree
from campaigns.audience_wording import tree_words
from campaigns.commands.tags import Setter, apply_rule, save_tag, tag_customers
from campaigns.forms.customer_import import PUT_ON, TagImportForm
from campaigns.forms.tag import TagForm
from campaigns.models import MemberLevel, Tag, TagCategory, TagSource
from pricing.engine.errors import Refusal
from pricing.wording import say


class Kept(ModelAdmin):
    """Things that stay: campaigns and history name them."""

    list_per_page = 50

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(MemberLevel)
class MemberLevelAdmin(Kept):
    list_display = ["code", "name", "name_zh", "rank"]
    search_fields = ["code", "name", "name_zh"]
    fields = ["code", ("name", "name_zh"), "rank"]

    def get_readonly_fields(self, request: HttpRequest, obj: MemberLevel | None = None) -> list[str]:
        return ["code"] if obj else []


@admin.register(TagCategory)
class TagCategoryAdmin(Kept):
    list_display = ["name", "name_zh"]
    search_fields = ["name", "name_zh"]
    fields = [("name", "name_zh")]


@admin.register(Tag)
class TagAdmin(Kept):
    form = TagForm
    list_display = ["local_name", "code", "category", "way", "carriers", "age", "owner"]
    list_display_links = ["local_name"]
    list_filter = ["category"]
    search_fields = ["name", "name_zh", "code", "meaning"]
    list_before_template = "campaigns/admin/audience/tag_import_link.html"
    actions = ["apply_now"]
    warn_unsaved_form = True

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.import_view)
        return [path("import/", view, name="campaigns_tag_import"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tag]:
        return super().get_queryset(request).select_related("category", "owner").annotate(size=Count("customers"))

    def get_fields(self, request: HttpRequest, obj: Tag | None = None) -> list[Any]:
        may = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        known = ["carriers", "age", "owner", "created_at"] if obj else []
        return [("name", "name_zh"), ("code", "category"), "meaning", "rule" if may else "way", *known]

    def get_readonly_fields(self, request: HttpRequest, obj: Tag | None = None) -> list[str]:
        return ["way", "carriers", "age", "owner", "created_at", *(["code"] if obj else [])]

    def save_model(self, request: HttpRequest, obj: Tag, form: forms.ModelForm, change: bool) -> None:
        save_tag(obj, by=request.user, at=timezone.now())
        if obj.rule and "rule" in form.changed_data:
            self._apply(request, obj)

    @admin.display(description=gettext_lazy("name"), ordering="name")
    def local_name(self, tag: Tag) -> str:
        return tag.local_name

    @admin.display(description=gettext_lazy("how it is set"))
    def way(self, tag: Tag) -> str:
        if not tag.rule:
            return _("by hand, import and API")
        try:
            return _("by rule: %(rule)s") % {"rule": tree_words(load_tree(tag.rule))}
        except Refusal as refusal:
            return say(refusal)

    @admin.display(description=gettext_lazy("customers"), ordering="size")
    def carriers(self, tag: Tag) -> int:
        return tag.size

    @admin.display(description=gettext_lazy("as of"), ordering="changed_at")
    def age(self, tag: Tag) -> str:
        known_at = tag.rule_ran_at if tag.rule else tag.changed_at
        if known_at is None:
            return _("not applied yet") if tag.rule else "–"
        return _("%(time)s ago") % {"time": timesince(known_at, timezone.now(), depth=1)}

    @admin.action(description=gettext_lazy("Apply the rules of the chosen tags now"), permissions=["change"])
    def apply_now(self, request: HttpRequest, tags: QuerySet[Tag]) -> None:
        for tag in tags:
            if tag.rule:
                self._apply(request, tag)
            else:
                messages.warning(request, _("%(tag)s has no rule.") % {"tag": tag})

    def _apply(self, request: HttpRequest, tag: Tag) -> None:
        try:
            added, removed = apply_rule(tag.pk, at=timezone.now())
        except Refusal as refusal:
            messages.error(request, f"{tag}: {say(refusal)}")
        except OperationalError:
            Tag.objects.filter(pk=tag.pk).update(rule_ran_at=None)
            text = _("%(tag)s: so many customers take longer than a page may wait. The timer applies it next.")
            messages.warning(request, text % {"tag": tag})
        else:
            figures = {"tag": tag, "added": added, "removed": removed}
            messages.success(request, _("%(tag)s: %(added)s added, %(removed)s taken off.") % figures)

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Tag customers from a file or a paste, all rows or none."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = TagImportForm(request.POST or None, request.FILES or None, initial={"tag": request.GET.get("tag")})
        if request.method == "POST" and form.is_valid():
            try:
                changed = tag_customers(
                    form.customers_by_tag,
                    Setter(TagSource.FILE, request.user, timezone.now()),
                    put=form.cleaned_data["deed"] == PUT_ON,
                )
            except Refusal as refusal:
                form.add_error("tag", say(refusal))
            else:
                rows = len(form.rows)
                text = ngettext(
                    "%(rows)s row read, %(changed)s changed.", "%(rows)s rows read, %(changed)s changed.", rows
                )
                messages.success(request, text % {"rows": rows, "changed": changed})
                return HttpResponseRedirect(reverse("admin:campaigns_tag_changelist"))
        return import_page(self, request, form, title=_("Import tags"))


def import_page(model_admin: ModelAdmin, request: HttpRequest, form: Any, *, title: str) -> HttpResponse:
    """Return the page of an import with its report."""
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": title,
        "form": form,
        "media": model_admin.media + form.media,
        "list_url": reverse(f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_changelist"),
    }
    return render(request, "campaigns/admin/audience/import.html", context)

"""Shops, categories, products and SKUs. Nothing here is deleted: what has been sold stays named."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet, TextField
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.widgets import UnfoldAdminTextareaWidget

from pricing.admin.money import CentsAsMoney
from pricing.commands.catalogue import save_catalogue_row
from pricing.models import Category, Product, Shop, Sku
from pricing.models.category import DEEPEST_LEVEL
from pricing.selectors.on_hand import free_of
from pricing.wording import money_text


class CategoryForm(forms.ModelForm):
    class Meta:
        model = Category
        fields = ["code", "name", "name_zh", "parent", "position"]

    def clean_parent(self) -> Category | None:
        parent = self.cleaned_data["parent"]
        if parent is None:
            return None
        if self.instance.pk and self.instance in parent.lineage:
            raise forms.ValidationError(gettext("A category cannot lie below itself."))
        if len(parent.lineage) + _depth_below(self.instance) > DEEPEST_LEVEL:
            raise forms.ValidationError(gettext("The tree has %(most)s levels at most.") % {"most": DEEPEST_LEVEL})
        return parent


def _depth_below(category: Category) -> int:
    """Count the levels that a category brings along: itself and its longest line of children."""
    children = category.children.all() if category.pk else []
    return 1 + max(map(_depth_below, children), default=0)


class ShopForm(forms.ModelForm):
    class Meta:
        model = Shop
        fields = ["code", "name", "name_zh", "shipping_fee_cents", "is_active"]

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if code == "platform":
            raise forms.ValidationError(gettext("“platform” names the site itself; choose another code."))
        return code


class CatalogueAdmin(CentsAsMoney, ModelAdmin):
    """A code is given once: stored offers and orders name it."""

    list_per_page = 50
    warn_unsaved_form = True
    formfield_overrides = {TextField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 3})}}

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return ("code",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        save_catalogue_row(obj)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for row in formset.save(commit=False):
            save_catalogue_row(row)


@admin.register(Shop)
class ShopAdmin(CatalogueAdmin):
    form = ShopForm
    list_display = ["code", "name", "name_zh", "shipping_fee", "is_active"]
    search_fields = ["code", "name", "name_zh"]

    @admin.display(description=_("shipping fee"), ordering="shipping_fee_cents")
    def shipping_fee(self, shop: Shop) -> str:
        return money_text(shop.shipping_fee_cents)


@admin.register(Category)
class CategoryAdmin(CatalogueAdmin):
    form = CategoryForm
    list_display = ["code", "name", "name_zh", "parent", "position"]
    list_select_related = ["parent"]
    search_fields = ["code", "name", "name_zh"]
    autocomplete_fields = ["parent"]


class SkuInlineForm(forms.ModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "code" in self.fields:
            self.fields["code"].disabled = True


class SkuInline(CentsAsMoney, TabularInline):
    model = Sku
    form = SkuInlineForm
    extra = 0
    fields = ["code", "option", "option_zh", "list_cents", "cost_cents", "floor_cents", "is_active"]
    can_delete = False
    show_change_link = True


@admin.register(Product)
class ProductAdmin(CatalogueAdmin):
    list_display = ["code", "name", "name_zh", "shop", "category", "kind", "never_discounted", "is_active"]
    list_filter = ["kind", "never_discounted", "is_active", "shop"]
    list_select_related = ["shop", "category"]
    search_fields = ["code", "name", "name_zh"]
    autocomplete_fields = ["shop", "category"]
    fieldsets = [
        (None, {"fields": [("code", "kind"), ("shop", "category"), ("name", "name_zh"), "picture"]}),
        (_("Description"), {"fields": ["description", "description_zh"]}),
        (_("Sale"), {"fields": ["is_active", "never_discounted"]}),
    ]
    inlines = [SkuInline]


class CountedFilter(admin.SimpleListFilter):
    """Whether the stock is counted."""

    title = _("stock")
    parameter_name = "counted"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("counted")), ("sold_out", _("sold out")), ("no", _("not counted"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Sku]) -> QuerySet[Sku]:
        wanted = {"yes": {"on_hand__isnull": False}, "sold_out": {"on_hand__free": 0}, "no": {"on_hand": None}}
        return queryset.filter(**wanted.get(self.value() or "", {}))


@admin.register(Sku)
class SkuAdmin(CatalogueAdmin):
    list_display = ["code", "product", "option", "list_price", "cost", "floor", "stock", "is_active"]
    list_filter = ["is_active", CountedFilter, "product__shop"]
    list_select_related = ["product", "on_hand"]
    search_fields = ["code", "product__name", "product__name_zh", "option"]
    autocomplete_fields = ["product"]
    fields = ["code", "product", ("option", "option_zh"), ("list_cents", "cost_cents", "floor_cents"), "is_active"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Sku]:
        return super().get_queryset(request).select_related("product", "on_hand")

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        return [*self.fields, "stock"] if obj else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return (*super().get_readonly_fields(request, obj), "stock")

    @admin.display(description=_("stock"), ordering="on_hand__free")
    def stock(self, sku: Sku) -> str:
        """How many pieces are free, with the way to the page where they are moved."""
        free = free_of(sku)
        said = _("not counted") if free is None else gettext("%(free)s free") % {"free": free}
        return format_html('<a href="{}">{}</a>', reverse("admin:pricing_onhandstock_change", args=[sku.pk]), said)

    @admin.display(description=_("list price"), ordering="list_cents")
    def list_price(self, sku: Sku) -> str:
        return money_text(sku.list_cents)

    @admin.display(description=_("cost"), ordering="cost_cents")
    def cost(self, sku: Sku) -> str:
        return "–" if sku.cost_cents is None else money_text(sku.cost_cents)

    @admin.display(description=_("price floor"), ordering="floor_cents")
    def floor(self, sku: Sku) -> str:
        return money_text(sku.floor_cents) if sku.floor_cents else "–"

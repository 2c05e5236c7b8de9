"""What the table of SKUs on the campaign form asks for: rows that were pasted, and what a word finds."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST, require_safe

from campaigns.forms.sku_table import LONG_LIST, judged_text, shown_rows
from campaigns.selectors.named_goods import CATEGORY_PATHS
from campaigns.sku_list.judging import Terms
from pricing.models import Category, Product, Sku

FOUND = 8


class SkuTableViews:
    """Mixed into the admin of campaigns."""

    def get_urls(self) -> list[URLPattern]:
        see = self.admin_site.admin_view
        return [
            path("sku-rows/", see(require_POST(self.sku_rows)), name="campaigns_campaign_sku_rows"),
            path("sku-find/", see(require_safe(self.sku_find)), name="campaigns_campaign_sku_find"),
            *super().get_urls(),
        ]

    def sku_rows(self, request: HttpRequest) -> HttpResponse:
        """Return the table rows of what was pasted, or of the SKUs of what was found, with what is wrong with each."""
        self._check(request)
        terms = Terms(priced=request.POST.get("priced") == "1")
        text = request.POST.get("text", "")
        fresh = not text
        if fresh:
            text = "\n".join(_skus_of(request.POST)[: LONG_LIST + 1].values_list("code", flat=True))
        rows = shown_rows(judged_text(text, terms, fresh=fresh)[: LONG_LIST + 1])
        return render(request, "campaigns/admin/sku_rows.html", {"rows": rows, "priced": terms.priced})

    def sku_find(self, request: HttpRequest) -> HttpResponse:
        """Return what a word may mean: SKUs, products and categories, each with the number of SKUs."""
        self._check(request)
        word = request.GET.get("q", "").replace("\0", "").strip()[:60]
        if not word:
            return HttpResponse("")
        named = Q(name__icontains=word) | Q(name_zh__icontains=word) | Q(code__icontains=word)
        products = Product.objects.filter(named, is_active=True, never_discounted=False)
        in_product = Q(product__name__icontains=word) | Q(product__name_zh__icontains=word)
        skus = _open().filter(Q(code__icontains=word) | in_product).select_related("product")
        categories = [(row, _skus_of({"category": str(row.pk)}).count()) for row in Category.objects.filter(named)[:4]]
        context = {
            "categories": [(row, count) for row, count in categories if count],
            "products": products.annotate(count=Count("skus", filter=Q(skus__is_active=True))).filter(count__gt=1)[:4],
            "skus": skus.order_by("code")[:FOUND],
        }
        return render(request, "campaigns/admin/sku_found.html", context)

    def _check(self, request: HttpRequest) -> None:
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied


def _open() -> QuerySet[Sku]:
    """SKUs that may take part at all."""
    return Sku.objects.filter(is_active=True, product__is_active=True, product__never_discounted=False)


def _skus_of(asked: Any) -> QuerySet[Sku]:
    """Return the SKUs of one thing that was found, by code; none for what nobody has found."""
    meant = Q(pk__in=[])
    for name, key in ((name, asked.get(name, "")) for name in ("sku", "product", "category")):
        if not (key.isascii() and key.isdecimal() and len(key) < 16):
            continue
        paths = {"sku": ("pk",), "product": ("product",), "category": CATEGORY_PATHS}[name]
        for one in paths:
            meant |= Q(**{one: int(key)})
    return _open().filter(meant).order_by("code")

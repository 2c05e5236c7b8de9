"""Stock and catalogue from tables: check, report row by row, write; and the catalogue as a table."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.forms.table_import import TableForm
from campaigns.selectors.on_hand import reserved_by_sku
from campaigns.table_imports.catalogue_table import COLUMNS
from campaigns.table_imports.run import KEEPS_STOCK, NEEDS, Report, import_table
from pricing.admin.job import page_of
from pricing.commands.jobs import ask_for
from pricing.commands.on_hand import Act
from pricing.csv_text import amount, csv_lines
from pricing.engine.errors import Refusal
from pricing.models import Sku
from pricing.selectors.on_hand import free_of
from pricing.wording import say

AT_ONCE = 500  # more rows than these are a job
SHOWN_ROWS = 200


class TableViews:
    """Mixed into the admin of the stock."""

    def get_urls(self) -> list[URLPattern]:
        see = self.admin_site.admin_view
        take = require_http_methods(["GET", "HEAD", "POST"])(self.import_view)
        return [
            path("import/", see(take), name="pricing_onhandstock_import"),
            path("catalogue.csv", see(require_safe(self.catalogue_file)), name="pricing_onhandstock_catalogue"),
            *super().get_urls(),
        ]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm(KEEPS_STOCK):
            raise PermissionDenied
        if request.method != "POST":
            return self._import_page(request, TableForm())
        form = TableForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._import_page(request, form)
        if not request.user.has_perms(NEEDS[form.cleaned_data["kind"]]):
            raise PermissionDenied
        return self._import_later(request, form) if form.rows > AT_ONCE else self._import_now(request, form)

    def _import_later(self, request: HttpRequest, form: TableForm) -> HttpResponse:
        sent = form.cleaned_data
        asked = {name: sent[name] for name in ("kind", "reason", "only_check")}
        asked |= {"key": str(sent["key"]), "text": form.text, "language": get_language()}
        job = ask_for("table_import", params=asked, by=request.user, at=timezone.now(), subject=str(sent["key"]))
        return HttpResponseRedirect(page_of(job))

    def _import_now(self, request: HttpRequest, form: TableForm) -> HttpResponse:
        sent = form.cleaned_data
        act = Act(at=timezone.now(), by=request.user, reason=sent["reason"].strip())
        only_check = sent["only_check"]
        try:
            report = import_table(sent["kind"], form.text, key=str(sent["key"]), act=act, only_check=only_check)
        except Refusal as refusal:
            form.add_error(None, say(refusal))
            return self._import_page(request, form)
        if report.is_written:
            number = len(report.results)
            said = ngettext("%(number)s row is written.", "%(number)s rows are written.", number)
            messages.success(request, said % {"number": number})
        return self._import_page(request, form, report=report)

    def _import_page(self, request: HttpRequest, form: TableForm, *, report: Report | None = None) -> HttpResponse:
        rows = sorted(report.results, key=lambda result: not result.is_wrong)[:SHOWN_ROWS] if report else []
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Import a table"),
            "media": self.media + form.media,
            "form": form,
            "report": report,
            "rows": rows,
        }
        return render(request, "campaigns/admin/stock_import.html", context)

    def catalogue_file(self, request: HttpRequest) -> HttpResponse:
        """All SKUs as the table that the import takes."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        named = {"Content-Disposition": 'attachment; filename="catalogue.csv"'}
        lines = csv_lines(COLUMNS, _catalogue())
        return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=named)


def _catalogue() -> Iterator[tuple[Any, ...]]:
    parts = Sku.objects.select_related("product__shop", "product__category", "on_hand").order_by("code")
    page: list[Sku] = []
    for sku in parts.iterator(chunk_size=2_000):
        page.append(sku)
        if len(page) == 2_000:
            yield from _written(page)
            page = []
    yield from _written(page)


def _written(skus: list[Sku]) -> Iterator[tuple[Any, ...]]:
    reserved = reserved_by_sku([sku.pk for sku in skus])
    for sku in skus:
        product, free = sku.product, free_of(sku)
        cost = None if sku.cost_cents is None else amount(sku.cost_cents)
        house = None if free is None else free + reserved[sku.pk]
        yield (
            sku.code, product.code, amount(sku.list_cents), sku.option, sku.option_zh, product.name, product.name_zh,
            product.shop.code, product.category.code, product.kind, cost, amount(sku.floor_cents), house,
        )  # fmt: skip

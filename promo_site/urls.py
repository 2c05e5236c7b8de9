"""The site's addresses. Each app keeps its own list; this file says where it hangs."""

from django.contrib import admin
from django.urls import include, path, re_path

from campaigns.api.tags import CustomerTagOne, CustomerTags
from storefront.api import describing
from storefront.api.campaigns import Campaigns
from storefront.api.quotes import Quotes
from storefront.api.stock import Stock, StockMovements

api = [
    path("quotes/", Quotes.as_view(), name="quotes"),
    path("campaigns/", Campaigns.as_view(), name="campaigns"),
    path("stock/", Stock.as_view(), name="stock"),
    path("stock/movements/", StockMovements.as_view(), name="stock_movements"),
    path("customers/<str:customer>/tags/", CustomerTags.as_view(), name="customer_tags"),
    path("customers/<str:customer>/tags/<slug:tag>/", CustomerTagOne.as_view(), name="customer_tag"),
    path("schema/", describing.Schema.as_view(), name="schema"),
    path("docs/", describing.page, name="docs"),
    re_path("", describing.NothingHere.as_view()),
]

urlpatterns = [
    path("admin/reports/", include("analytics.urls")),
    path("admin/desk/", include("campaigns.urls")),
    path("admin/preview/", include("storefront.admin.preview_urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include((api, "api"))),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("storefront.urls")),
]

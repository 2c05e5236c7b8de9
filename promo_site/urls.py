"""The site's addresses. Each app keeps its own list; this file says where it hangs."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/reports/", include("analytics.urls")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("storefront.urls")),
]

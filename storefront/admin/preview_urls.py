"""Addresses under /admin/preview/: what a draft would do, for staff."""

from django.contrib import admin
from django.urls import path

from storefront.admin import sample, shop_preview

app_name = "preview"
urlpatterns = [
    path("sample/", admin.site.admin_view(sample.sample), name="sample"),
    path("sample/skus/", admin.site.admin_view(sample.found), name="sample_skus"),
    path("shop/", admin.site.admin_view(shop_preview.shop), name="shop"),
    path("shop/end/", shop_preview.end, name="end"),
]

"""Addresses under /admin/preview/: what a draft would do, for staff."""

from django.contrib import admin
from django.urls import path

from storefront.admin import sample

app_name = "preview"
urlpatterns = [
    path("sample/", admin.site.admin_view(sample.sample), name="sample"),
    path("sample/skus/", admin.site.admin_view(sample.found), name="sample_skus"),
]

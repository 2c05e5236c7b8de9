"""Reports, below the address of the back office."""

from django.urls import path

from analytics import views

app_name = "analytics"

urlpatterns = [
    path("", views.reports, name="reports"),
    path("<slug:code>.csv", views.download, name="download"),
]

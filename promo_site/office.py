"""The site of the back office: Unfold's, but pages make nothing twice and nothing that they do not show."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import sites
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from unfold.apps import DefaultAppConfig
from unfold.sites import UnfoldAdminSite

from promo_site.sidebar import side_bar


class OfficeSite(UnfoldAdminSite):
    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Return the list when it is looked at: every page has it in its context, hardly one shows it.

        To make it takes four permissions and two addresses of every model, an eighth of a page's time.
        """
        make = super().get_app_list
        return SimpleLazyObject(lambda: make(request, app_label))

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Return the groups of the side bar with the entries for this person, the entry of this page marked."""
        return side_bar(request)


class OfficeConfig(DefaultAppConfig):
    """Unfold with this site in the place of its own."""

    def ready(self) -> None:
        admin.site = sites.site = OfficeSite()

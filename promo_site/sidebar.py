"""The side bar on a page: its addresses are found once for the process, the person's permissions once for the page.

Unfold copies all its entries for each page and asks for every address and permission anew: a ninth of a page's time.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from promo_site.settings.sidebar import NAVIGATION

Entry = dict[str, Any]


def side_bar(request: HttpRequest) -> list[Entry]:
    """Return the groups of entries this person may follow, those that lead to this page marked as active."""
    may = _everything if request.user.is_superuser else request.user.get_all_permissions().__contains__
    groups = ((group, list(_entries(group["items"], may, request.path))) for group in _addressed())
    return [{**group, "items": items} for group, items in groups if items]


def _everything(permission: str) -> bool:
    return True


def _entries(items: list[Entry], may: Callable[[str], bool], path: str) -> Iterator[Entry]:
    for item in items:
        if "permission" not in item or may(item["permission"]):
            yield {**item, "has_permission": True, "active": _leads_to(item["link"], path)}


def _leads_to(link: str, path: str) -> bool:
    return path == link if link == _desk() else path.startswith(link)


@cache
def _desk() -> str:
    return reverse("admin:index")


@cache
def _addressed() -> list[Entry]:
    return [{**group, "items": [_with_address(item) for item in group["items"]]} for group in NAVIGATION]


def _with_address(item: Entry) -> Entry:
    return {**item, "link": str(item["link"])}

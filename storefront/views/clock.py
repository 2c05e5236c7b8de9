"""The one place where the pages of the shop read the clock: staff may look at another moment."""

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

from storefront.previewing import preview_in


def now_in(request: HttpRequest) -> datetime:
    """Return the moment that this request is about: now, or that of a preview. Commands never take it from here."""
    preview = preview_in(request)
    return preview.at if preview else timezone.now()

"""Who is asking, when a reverse proxy stands in front."""

from django.http import HttpRequest


def visitor_address(request: HttpRequest) -> str | None:
    """Return the address that our own proxy saw: the last one in the header. Earlier ones a visitor can invent."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    return forwarded or request.META.get("REMOTE_ADDR")

"""Who is asking, when a reverse proxy stands in front."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def visitor_address(request: HttpRequest) -> str | None:
    """Return the address that our own proxy saw: the last one in the header. Earlier ones a visitor can invent.

    The header counts only if a proxy that we trust has sent the request; anybody else is taken for the visitor.
    """
    peer = request.META.get("REMOTE_ADDR") or ""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    return forwarded if forwarded and is_trusted(peer) else peer or None


def is_trusted(peer: str) -> bool:
    """Whether what comes from here directly is our proxy's: a network of ours, or a socket of this machine."""
    if not peer:
        return True
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    return any(address in ip_network(network) for network in settings.TRUSTED_PROXIES)

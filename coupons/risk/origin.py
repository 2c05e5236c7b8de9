"""Where an attempt comes from: never the address itself, only what nobody can turn back without the site's key."""

from dataclasses import dataclass
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings

DIGEST_BYTES = 16
UNKNOWN_HOURS = -1
HOUSEHOLD_BITS = 64  # of an IPv6 address: what one household has; the rest its devices choose freely


@dataclass(frozen=True, slots=True)
class Origin:
    """Keyed digests of address and device, None where unknown; `device_hours`: since we have marked the device."""

    address: bytes | None = None
    device: bytes | None = None
    device_hours: int = UNKNOWN_HOURS


NOWHERE = Origin()


def origin_of(*, address: str | None, device: str | None = None, device_hours: int = UNKNOWN_HOURS) -> Origin:
    """Return the origin of a visitor. `device` is the token of a mark whose signature has been checked."""
    return Origin(
        address=digest_of_address(address or ""),
        device=_digest("device", device) if device else None,
        device_hours=device_hours if device else UNKNOWN_HOURS,
    )


def digest_of_address(address: str) -> bytes | None:
    """Return the digest of an address: of IPv6 the household's network. None for what is no address."""
    try:
        found = ip_address(address.strip())
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if isinstance(found, IPv6Address):
        return _digest("address", str(ip_network((found, HOUSEHOLD_BITS), strict=False)))
    return _digest("address", str(found))


def _digest(purpose: str, text: str) -> bytes:
    key = blake2b(b"risk", key=settings.COUPON_CODE_KEY.encode()[:64], digest_size=32).digest()
    return blake2b(f"{purpose}:{text}".encode(), key=key, digest_size=DIGEST_BYTES).digest()

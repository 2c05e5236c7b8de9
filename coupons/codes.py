"""Making and reading codes: pure. A code is 80 bits as 16 characters that nobody mistakes for one another.

The codes of a pool are not stored: each follows from the pool's secret, the site's key and its number, so they can
be written out once, and not at all once the secret is gone. What is stored is a keyed digest of each. Neither the
database nor the key alone tells a code.
"""

import unicodedata
from base64 import b32encode
from collections.abc import Iterable, Iterator
from hashlib import blake2b

from django.conf import settings

CODE_BYTES = 10
DIGEST_BYTES = 16
LONGEST = 64  # of what a person may type
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_OF_RFC = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET.encode())
_MISREAD = str.maketrans("OIL", "011")
_GROUP = 4


def normalised(text: str) -> str:
    """Return a code as it is compared: full-width letters narrow, upper case, no spaces or signs, O as 0, I and L as 1.

    Empty for what cannot be a code: nothing, or more than a person types.
    """
    if len(text) > LONGEST:
        return ""
    upper = unicodedata.normalize("NFKC", text).upper()
    return "".join([sign for sign in upper if sign.isalnum()]).translate(_MISREAD)


def digest_of(code: str) -> bytes:
    """Return the keyed digest under which a normalised code is stored: 16 bytes."""
    return blake2b(code.encode(), key=_key("digest"), digest_size=DIGEST_BYTES).digest()


def digests_of(codes: Iterable[str]) -> Iterator[bytes]:
    """Yield `digest_of` of each, a million in little more than a second."""
    key = _key("digest")
    for code in codes:
        yield blake2b(code.encode(), key=key, digest_size=DIGEST_BYTES).digest()


def codes_of(secret: bytes, *, prefix: str, start: int, stop: int) -> Iterator[str]:
    """Yield the codes number `start` to `stop - 1` of a pool, normalised: the same ones for the same secret."""
    key = blake2b(secret, key=_key("codes"), digest_size=32).digest()
    head = normalised(prefix)
    for number in range(start, stop):
        raw = blake2b(number.to_bytes(8, "big"), key=key, digest_size=CODE_BYTES).digest()
        yield head + b32encode(raw).translate(_OF_RFC).decode()


def grouped(code: str, *, prefix: str = "") -> str:
    """Return a code as it is printed: the prefix as it was meant ("OOLONG", no zeros), then groups of four."""
    body = code[len(normalised(prefix)) :]
    groups = [body[at : at + _GROUP] for at in range(0, len(body), _GROUP)]
    return "-".join([prefix.upper(), *groups] if prefix else groups)


def _key(purpose: str) -> bytes:
    """Return the site's key for one purpose."""
    return blake2b(purpose.encode(), key=settings.COUPON_CODE_KEY.encode()[:64], digest_size=32).digest()

"""Bodies of requests: JSON in UTF-8, read strictly, with a message that names the wrong field."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException
from rest_framework.parsers import BaseParser

from pricing.engine.errors import WrongDocument
from pricing.engine.messages import N_

MOST_BYTES = 1_000_000


class BodyTooLarge(APIException):
    status_code = 413
    default_detail = _("A request holds at most 1 megabyte.")
    default_code = "too_large"


class StrictJson(BaseParser):
    """Refuses what json would let pass: NaN, names that stand twice, bytes that are no UTF-8."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the decoded body. Raises BodyTooLarge, or WrongDocument."""
        body = stream.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise BodyTooLarge
        return decoded(body)


def decoded(body: bytes) -> Any:
    """Return decoded JSON. Fractions and NaN become Decimals, which no field takes: so their field is named."""
    try:
        return json.loads(
            body.decode("utf-8-sig"), object_pairs_hook=_each_once, parse_float=Decimal, parse_constant=Decimal
        )
    except (ValueError, RecursionError):
        raise WrongDocument(N_("This is not JSON."), field="document") from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise WrongDocument(N_("This name stands twice in one mapping."), field=name[:200])
        found[name] = value
    return found

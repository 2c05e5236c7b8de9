"""What is looked at before the site starts: the rates of the API, which come from the environment."""

import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

VARIABLES = {
    "quotes": "API_QUOTES_RATE",
    "campaigns": "API_CAMPAIGNS_RATE",
    "stock": "API_STOCK_RATE",
    "tags": "API_TAGS_RATE",
}
RATE = re.compile(r"[1-9][0-9]{0,8}/(s|sec|second|m|min|minute|h|hour|d|day)")


def check_rates(**_: Any) -> list[CheckMessage]:
    """Refuse a rate that the throttle could not read: every request would fail by it."""
    return list(_wrong_rates(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]))


def _wrong_rates(rates: dict[str, str]) -> Iterator[CheckMessage]:
    for scope, variable in VARIABLES.items():
        if not RATE.fullmatch(rates[scope]):
            yield Error(
                f"{variable} is “{rates[scope]}”, which is no rate.",
                hint="Write a number and a unit: 10/second, 600/minute, 5000/hour or 100000/day.",
                id="storefront.E001",
            )

"""What is looked at before the site starts: how it chooses among promotions."""

from typing import Any, get_args

from django.conf import settings
from django.core.checks import CheckMessage, Error

from pricing.engine.deciding import Mode


def check_pricing_mode(**_: Any) -> list[CheckMessage]:
    """PRICING_MODE is one of the engine's modes."""
    modes = get_args(Mode)
    if settings.PRICING_MODE in modes:
        return []
    problem = f"PRICING_MODE is “{settings.PRICING_MODE}”, which is no way to choose among promotions."
    return [Error(problem, hint=f"Choose one of: {', '.join(modes)}.", id="storefront.E002")]

"""The REST API: JSON only, tokens or the back office's session, a rate for each kind of request."""

from typing import Any

import environ

env = environ.Env()

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["storefront.api.access.MayUseApi"],
    "DEFAULT_THROTTLE_CLASSES": ["storefront.api.access.Throttle"],
    "DEFAULT_THROTTLE_RATES": {
        "quotes": env("API_QUOTES_RATE", default="600/minute"),
        "campaigns": env("API_CAMPAIGNS_RATE", default="120/minute"),
        "stock": env("API_STOCK_RATE", default="600/minute"),
        "tags": env("API_TAGS_RATE", default="600/minute"),
        "schema": "60/minute",
    },
    "NUM_PROXIES": 1,  # the address that our own proxy saw; earlier ones a visitor can invent
    "DEFAULT_PARSER_CLASSES": ["storefront.api.reading.StrictJson"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "storefront.api.refusing.answer_to",
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "promo_site",
    "DESCRIPTION": "Amounts are whole cents, times carry their zone. Every refusal is {field, message}.",
    "VERSION": "1",
    "OAS_VERSION": "3.0.3",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
}

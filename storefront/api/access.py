"""Who may use the API, and how often."""

import logging
from typing import Any

from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import ScopedRateThrottle

logger = logging.getLogger(__name__)


class MayUseApi(BasePermission):
    """Holders of a token, and people of the back office. A shopper's login opens the shop, not the API."""

    message = _("The API is for holders of a token and for the back office.")

    def has_permission(self, request: Request, view: Any) -> bool:
        user = request.user
        return bool(user and user.is_authenticated and (request.auth is not None or user.is_staff))


class Throttle(ScopedRateThrottle):
    """Counts in Redis, per user and kind of request. Without Redis everybody is let through: prices stay right."""

    def allow_request(self, request: Request, view: Any) -> bool:
        try:
            return super().allow_request(request, view)
        except RedisError:
            logger.warning("the cache is away: requests to the API are not counted")
            return True

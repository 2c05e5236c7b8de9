"""The tests: their own embedded services, a Redis database pair for each parallel worker."""

import os

from promo_site import embedded
from promo_site.settings.base import *  # noqa: F403
from promo_site.settings.services import caches, celery_broker, databases

DEBUG = False
SECRET_KEY = "for-tests-only"
COUPON_CODE_KEY = SECRET_KEY
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False  # tests of the login throttle switch it on
CHECK_LOCK_ORDER = True

SERVICES = embedded.services("test")
# xdist calls its workers gw0, gw1, ...; without it there is one process.
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
DATABASES = databases(SERVICES.database_url, process="test")
DATABASES["default"]["CONN_MAX_AGE"] = 0
CACHES = caches(SERVICES.redis_url, 2 * WORKER + 1)
CELERY_BROKER_URL = celery_broker(SERVICES.redis_url, 2 * WORKER)
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

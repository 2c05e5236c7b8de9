"""A developer's machine and `make demo`: embedded services unless the environment names others."""

from promo_site import embedded
from promo_site.settings.base import *  # noqa: F403
from promo_site.settings.base import PROCESS, env
from promo_site.settings.services import caches, celery_broker, databases

DEBUG = env.bool("DEBUG", default=True)
DEMO = True
SECRET_KEY = "for-development-and-demo-only"
COUPON_CODE_KEY = SECRET_KEY
ALLOWED_HOSTS = ["*"]

SERVICES = embedded.services("demo")
DATABASES = databases(SERVICES.database_url, process=PROCESS)
CACHES = caches(SERVICES.redis_url, 1)
CELERY_BROKER_URL = celery_broker(SERVICES.redis_url, 0)

# Without collectstatic: whitenoise serves straight from the source folders.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

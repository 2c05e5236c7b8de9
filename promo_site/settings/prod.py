"""Production: secrets only from the environment, and no start without them. docs/deployment.md lists the variables."""

from django.core.exceptions import ImproperlyConfigured

from promo_site.settings.base import *  # noqa: F403
from promo_site.settings.base import PROCESS, STORAGES, env
from promo_site.settings.services import caches, celery_broker, databases

HINT = "Set it in the environment; docs/deployment.md says what belongs there."
WELL_KNOWN = ("change", "for-", "example", "secret", "django-insecure")


def required(name: str) -> str:
    """Return a variable of the environment. Raises ImproperlyConfigured where it is missing or empty."""
    if value := env(name, default=""):
        return value
    raise ImproperlyConfigured(f"{name} is missing. {HINT}")


def secret(name: str) -> str:
    """Return a required variable that is long, varied and not copied from an example."""
    value = required(name)
    if len(value) < 50 or len(set(value)) < 10 or value.lower().startswith(WELL_KNOWN):
        raise ImproperlyConfigured(
            f"{name} is too short or well known. {HINT} "
            'A new one: python -c "import secrets; print(secrets.token_urlsafe(64))"'
        )
    return value


def address_with_password(name: str) -> str:
    """Return the address of a server. Raises ImproperlyConfigured for the password of an example."""
    value = required(name)
    if "change-me" in value or "changeme" in value:
        raise ImproperlyConfigured(f"{name} still holds the password of an example. {HINT}")
    return value


DEBUG = False
SECRET_KEY = secret("SECRET_KEY")
# Codes in the customers' hands live and die with this key: name one of its own before SECRET_KEY is ever changed.
COUPON_CODE_KEY = env("COUPON_CODE_KEY", default="") or SECRET_KEY
ALLOWED_HOSTS = required("ALLOWED_HOSTS").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS if host != "*"]

DATABASES = databases(address_with_password("DATABASE_URL"), process=PROCESS)
REDIS_URL = address_with_password("REDIS_URL")
CACHES = caches(REDIS_URL, 1)
CELERY_BROKER_URL = celery_broker(REDIS_URL, 0)

# No default: with the test gateway every visitor can pay without money, which only a trial site may want.
PAYMENT_GATEWAY = required("PAYMENT_GATEWAY")

# The proxy speaks HTTPS with the world and tells us so; it must strip this header from what visitors send.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=365 * 24 * 3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

STATIC_ROOT = env("STATIC_ROOT", default="/srv/promo_site/static")
MEDIA_ROOT = env("MEDIA_ROOT", default="/srv/promo_site/media")
CELERY_BEAT_SCHEDULE_FILENAME = env("BEAT_SCHEDULE", default="/srv/promo_site/beat/schedule")
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "promo_site.static_files.HashedFiles"}}

# The proxy names the visitor, and nobody else is believed: see TRUSTED_PROXIES.
AXES_CLIENT_IP_CALLABLE = "promo_site.proxies.visitor_address"

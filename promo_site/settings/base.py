"""What is the same everywhere. Files for one place import this and add their own."""

from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from promo_site.settings.api import REST_FRAMEWORK, SPECTACULAR_SETTINGS  # noqa: F401
from promo_site.settings.unfold import UNFOLD  # noqa: F401

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
LOCAL_DIR = Path(env("PROMO_LOCAL", default=str(BASE_DIR / ".local"))).resolve()
PROCESS = env("PROMO_PROCESS", default="other")

INSTALLED_APPS = [
    "promo_site",
    "promo_site.office.OfficeConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "csp",
    "django_htmx",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pricing",
    "campaigns",
    "coupons",
    "storefront",
    "analytics",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "promo_site.middleware.AdminPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "promo_site.middleware.StorableFiltersMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "promo_site.middleware.ForbiddenAccessMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "storefront.preview_middleware.PreviewMiddleware",
    "promo_site.middleware.BusyMiddleware",
    "storefront.terminals.TerminalMiddleware",
    "storefront.devices.DeviceMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "promo_site.urls"
WSGI_APPLICATION = "promo_site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "campaigns.admin.notices.bell",
            ],
        },
    },
]

# Who may come in
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AXES_VERBOSE = False
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_RESET_ON_SUCCESS = True
# Whose word counts about where a visitor is: the networks from which our own proxy may call.
TRUSTED_PROXIES = env.list(
    "TRUSTED_PROXIES", default=["127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"]
)
LOGIN_URL = "storefront:sign_in"
LOGIN_REDIRECT_URL = "admin:index"  # the shop's own sign-in leads to the shop
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = False  # htmx sends the token in a header
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

# Words, dates, money
LANGUAGE_CODE = env("SITE_LANGUAGE", default="en")
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = "promo_site.formats"
USE_TZ = True
TIME_ZONE = env("SITE_TIME_ZONE", default="Asia/Shanghai")
CURRENCY = env("CURRENCY", default="CNY")

# Business
DEMO = False  # only a demo has logins with known passwords
ORDER_PAY_MINUTES = env.int("ORDER_PAY_MINUTES", default=15)
PAYMENT_GATEWAY = env("PAYMENT_GATEWAY", default="test")
PRICING_MODE = env("PRICING_MODE", default="best_price")  # or "priority": operators decide whose offer comes first
REFUND_SELF_SERVICE_CENTS = env.int("REFUND_SELF_SERVICE_CENTS", default=0)  # up to it, refunds need no agent
NEW_AGAIN_AFTER_REFUND = env.bool("NEW_AGAIN_AFTER_REFUND", default=False)  # once all of the first order came back
TAG_RULES_MINUTES = env.int("TAG_RULES_MINUTES", default=60)  # so often rules of customer tags are applied
COUPON_MARGIN_HOURS = env.int("COUPON_MARGIN_HOURS", default=24)  # least time to use a coupon after its claim
COUPON_REMINDER_DAYS = env.int("COUPON_REMINDER_DAYS", default=3)  # before its end a coupon is told of; 0: never
COUPON_REMINDER_HOUR = env.int("COUPON_REMINDER_HOUR", default=9)  # not before this hour of the site's day
RISK_CASE_DAYS = env.int("RISK_CASE_DAYS", default=30)  # a held attempt that nobody decides about lapses after so long
CODE_TRY_MINUTES = 15  # tries of codes are counted in stretches of so many minutes
CODE_TRIES_PER_CUSTOMER = 20
CODE_TRIES_PER_ADDRESS = 100  # several customers may share one
# A template that gives out more within one minute pauses, unless it has limits of its own.
COUPONS_PER_MINUTE = env.int("COUPONS_PER_MINUTE", default=20_000)
COUPON_CENTS_PER_MINUTE = env.int("COUPON_CENTS_PER_MINUTE", default=100_000_000)
START_BIG_SKUS = env.int("START_BIG_SKUS", default=1_000)  # a campaign with so many SKUs is a big start
START_SKUS_PER_MINUTE = env.int("START_SKUS_PER_MINUTE", default=20_000)  # more at once needs a load test on record
START_TEST_DAYS = env.int("START_TEST_DAYS", default=90)  # so long a load test counts
REACH_SENDER = env("REACH_SENDER", default="mail")  # who carries letters to customers: a name in campaigns/senders
REACH_MOST_A_WEEK = env.int("REACH_MOST_A_WEEK", default=3)  # of so many campaigns a customer hears in seven days
# On in tests: locks asked for in an order that could deadlock raise at once.
CHECK_LOCK_ORDER = env.bool("CHECK_LOCK_ORDER", default=False)

# Mail: EMAIL_URL such as smtp+tls://user:password@mail.example.com:587; without it mails are written to the log.
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = env("MAIL_FROM", default="promotions@localhost")
SITE_ADDRESS = env("SITE_ADDRESS", default="http://localhost:8000").rstrip("/")  # what links in mails begin with

# Files
STATIC_URL = "static/"
STATIC_ROOT = LOCAL_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "promo_site" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = LOCAL_DIR / "media"

# Celery: a task may be delivered twice and late; state in PostgreSQL decides what it still does.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(LOCAL_DIR / "beat-schedule")
# name -> {"task": "campaigns.tasks.<name>", "schedule": seconds or crontab(...), "options": {"expires": seconds}}
CELERY_BEAT_SCHEDULE = {
    "campaigns-tick": {"task": "campaigns.tasks.tick", "schedule": 1.0, "options": {"expires": 5}},
    "watch campaigns": {"task": "campaigns.tasks.watch", "schedule": 5, "options": {"expires": 5}},
    "work off jobs": {"task": "pricing.tasks.work_off_jobs", "schedule": 5, "options": {"expires": 5}},
    "mail staff": {"task": "campaigns.tasks.mail_staff", "schedule": 10, "options": {"expires": 10}},
    "tell shoppers": {"task": "campaigns.tasks.tell_shoppers", "schedule": 5, "options": {"expires": 5}},
    "send letters": {"task": "campaigns.tasks.send_letters", "schedule": 10, "options": {"expires": 10}},
    "apply tag rules": {
        "task": "campaigns.tasks.apply_tag_rules",
        "schedule": 60,
        "options": {"expires": 55},
    },
    "release overdue coupon locks": {
        "task": "coupons.tasks.release_overdue_locks",
        "schedule": 60,
        "options": {"expires": 55},
    },
    "settle expired coupons": {
        "task": "coupons.tasks.settle_expired_coupons",
        "schedule": 300,
        "options": {"expires": 290},
    },
    "watch coupon budgets": {
        "task": "coupons.tasks.watch_budgets",
        "schedule": 5,
        "options": {"expires": 5},
    },
    "remind of coupons": {
        "task": "coupons.tasks.remind_of_coupons",
        "schedule": 60,
        "options": {"expires": 55},
    },
    "give member gifts": {
        "task": "coupons.tasks.give_member_gifts",
        "schedule": 300,
        "options": {"expires": 290},
    },
    "forget code tries": {
        "task": "coupons.tasks.forget_code_tries",
        "schedule": 900,
        "options": {"expires": 800},
    },
    "tell of held attempts": {
        "task": "coupons.tasks.tell_of_held_attempts",
        "schedule": 60,
        "options": {"expires": 55},
    },
    "forget risk attempts": {
        "task": "coupons.tasks.forget_risk_attempts",
        "schedule": 3600,
        "options": {"expires": 3500},
    },
    "cancel unpaid orders": {
        "task": "storefront.tasks.cancel_unpaid_orders",
        "schedule": 5,
        "options": {"expires": 5},
    },
    "settle rewards": {
        "task": "storefront.tasks.settle_rewards",
        "schedule": 5,
        "options": {"expires": 5},
    },
    "send money back": {
        "task": "storefront.tasks.send_money_back",
        "schedule": 10,
        "options": {"expires": 10},
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    # Timers run every few seconds; two lines for each would hide what matters.
    "loggers": {name: {"level": "WARNING"} for name in ("celery.app.trace", "celery.worker.strategy", "celery.beat")},
}

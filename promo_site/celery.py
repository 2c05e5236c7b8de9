"""The Celery application: `celery -A promo_site.celery worker`."""

import os
from logging.config import dictConfig

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "promo_site.settings.dev")

app = Celery("promo_site")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def use_django_logging(**kwargs: object) -> None:
    """Keep Celery from installing handlers of its own, so that web and worker log alike."""
    from django.conf import settings

    dictConfig(settings.LOGGING)

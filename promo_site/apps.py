from django.apps import AppConfig


class PromoSiteConfig(AppConfig):
    name = "promo_site"

    def ready(self) -> None:
        # shared_task finds its Celery app only once that module has been imported.
        from promo_site import celery  # noqa: F401

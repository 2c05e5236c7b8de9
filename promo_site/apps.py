from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PromoSiteConfig(AppConfig):
    name = "promo_site"

    def ready(self) -> None:
        # shared_task finds its Celery app only once that module has been imported.
        from promo_site import celery  # noqa: F401
        from promo_site.roles import make_roles

        post_migrate.connect(make_roles, dispatch_uid="promo_site.roles")

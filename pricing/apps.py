from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class PricingConfig(AppConfig):
    name = "pricing"
    verbose_name = _("Catalogue")

    def ready(self) -> None:
        # Every app may have a `jobs.py` with kinds of background work.
        autodiscover_modules("jobs")

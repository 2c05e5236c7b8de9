from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    name = "analytics"
    verbose_name = _("Finance")

    def ready(self) -> None:
        from analytics.desk import recent_reports
        from campaigns.desk import register_section

        register_section(12, recent_reports)

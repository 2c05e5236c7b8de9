from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    name = "campaigns"
    verbose_name = _("Promotions")

    def ready(self) -> None:
        from campaigns.commands.campaigns import CAMPAIGN_REVIEW
        from campaigns.commands.review import register_review

        register_review(CAMPAIGN_REVIEW)

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    name = "campaigns"
    verbose_name = _("Promotions")

    def ready(self) -> None:
        from campaigns import checks as start_up
        from campaigns.commands import conflict_gate  # noqa: F401, registers its rule
        from campaigns.commands.auditing import note_refusal
        from campaigns.commands.campaigns import CAMPAIGN_REVIEW
        from campaigns.commands.review import register_review
        from campaigns.senders.checks import check_reach
        from pricing.transactions import REFUSAL_LISTENERS

        register_review(CAMPAIGN_REVIEW)
        self._lay_the_desk()
        if note_refusal not in REFUSAL_LISTENERS:
            REFUSAL_LISTENERS.append(note_refusal)
        checks.register(start_up.check_moves)
        checks.register(start_up.check_kinds)
        checks.register(check_reach)
        checks.register(start_up.check_stored_rules, checks.Tags.database)

    def _lay_the_desk(self) -> None:
        from campaigns.admin.desk_sections import SECTIONS
        from campaigns.admin.waiting import interventions_waiting, revisions_waiting
        from campaigns.desk import register_section, register_waiting

        register_waiting(revisions_waiting)
        register_waiting(interventions_waiting)
        for place, section_of in SECTIONS.items():
            register_section(place, section_of)

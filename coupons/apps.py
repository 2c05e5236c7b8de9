from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class CouponsConfig(AppConfig):
    name = "coupons"
    verbose_name = _("Coupon activities")

    def ready(self) -> None:
        from campaigns.commands.review import register_review
        from campaigns.desk import register_waiting
        from campaigns.sources import register
        from coupons.checks import check_reminders
        from coupons.classes import coupon_classes
        from coupons.commands.breaker import trip_when_too_fast
        from coupons.commands.claim_campaigns import CLAIM_REVIEW
        from coupons.commands.code_pools import CODE_POOL_REVIEW
        from coupons.commands.grants import GRANT_REVIEW
        from coupons.commands.high_value import problems_of_campaign_risk
        from coupons.commands.lotteries import LOTTERY_REVIEW
        from coupons.commands.member_gifts import MEMBER_GIFT_REVIEW
        from coupons.commands.rises import note_rises
        from coupons.commands.risk_profiles import RISK_REVIEW
        from coupons.commands.templates import TEMPLATE_REVIEW, hold_templates
        from coupons.desk import compensations_waiting, held_attempts_waiting
        from coupons.selectors.rewards import reward_templates, template_owner
        from coupons.selectors.risk_profiles import profile_choices
        from pricing.transactions import REFUSAL_LISTENERS

        checks.register(check_reminders)
        register("coupon_classes", coupon_classes)
        register("reward_templates", reward_templates)
        register("hold_templates", hold_templates)
        register("template_owner", template_owner)
        register("risk_profiles", profile_choices)
        register("risk_problems", problems_of_campaign_risk)
        register_review(TEMPLATE_REVIEW)
        register_review(CLAIM_REVIEW)
        register_review(CODE_POOL_REVIEW)
        register("level_changed", lambda customer_id: note_rises(customer_id=customer_id))
        register_review(GRANT_REVIEW)
        register_review(MEMBER_GIFT_REVIEW)
        register_review(LOTTERY_REVIEW)
        register_waiting(compensations_waiting)
        register_waiting(held_attempts_waiting)
        register_review(RISK_REVIEW)
        if trip_when_too_fast not in REFUSAL_LISTENERS:
            REFUSAL_LISTENERS.append(trip_when_too_fast)

"""Messages, refusals, reasons and rules as shoppers read them; pricing.wording does the figures."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext, ngettext

from campaigns.audience.names import Names
from campaigns.audience_wording import public_sentences
from campaigns.models import CampaignRevision, LimitIdentity, LimitPeriod
from campaigns.offers import conditions_of
from campaigns.rule_words import asked_of_shoppers, names_told
from coupons.selectors.claimable import Claimable
from pricing import wording
from pricing.engine.benefits.amount_off import AmountOff
from pricing.engine.benefits.exchange import Exchange
from pricing.engine.benefits.fixed_price import FixedPrice
from pricing.engine.benefits.percent_off import PercentOff
from pricing.engine.benefits.spend_tiers import SpendTiers
from pricing.engine.conditions.min_spend import MinSpend
from pricing.engine.errors import Refusal
from pricing.engine.messages import Message
from pricing.engine.registry import load_benefit
from pricing.engine.rules import Benefit, Condition
from pricing.wording import NameOf, TimeText, money_text, rate_text
from storefront.templatetags.moments import moment


def say(message: Message | Refusal, name_of: NameOf | None = None, time_text: TimeText = moment) -> str:
    """Return one message in the reader's language; `name_of` turns the id of an offer into its name.

    Times have no year unless `time_text` writes one. A message among its figures is the end of its sentence.
    """
    inner = {
        name: _small(say(value, name_of, time_text))
        for name, value in message.figures.items()
        if isinstance(value, Message)
    }
    whole = Message(message.msgid, {**message.figures, **inner}) if inner else message
    return wording.say(whole, name_of, time_text)


def rule_sentences(terms: Any, names: Names | None = None) -> list[str]:
    """Return what a campaign or coupon revision promises: every tier, then its conditions and whom it is for.

    No query, but for names of levels and shops where they decide; `names` has them already.
    """
    rules: Iterable[Benefit | Condition] = [
        *_each_tier(load_benefit(terms.benefit_code, terms.params)),
        *conditions_of(terms),
    ]
    called, aimed = names_told([terms]) if names is None else names, []
    if isinstance(terms, CampaignRevision):
        aimed = public_sentences(terms, shop=terms.campaign.shop, names=called)
    return [_capital(say(asked_of_shoppers(rule, called))) for rule in rules] + aimed


def _each_tier(benefit: Benefit) -> list[Benefit]:
    return [replace(benefit, tiers=(tier,)) for tier in getattr(benefit, "tiers", ())] or [benefit]


def claim_audience(ticket: Claimable, names: Names | None = None) -> list[str]:
    """Return whom a coupon to claim is for; nothing where everybody may. No query for most audiences."""
    parts, shop = (ticket.template_revision, ticket.revision), ticket.claim_campaign.template.shop
    called = names_told(parts) if names is None else names
    conditions = [_capital(say(asked_of_shoppers(rule, called))) for rule in conditions_of(ticket.revision)]
    meant = [sentence for part in parts for sentence in public_sentences(part, shop=shop, names=called)]
    return conditions + list(dict.fromkeys(meant))


def limit_sentences(revision: Any) -> list[str]:
    """Return how much of a campaign one customer gets, where that is limited."""
    found = []
    if pieces := revision.limit_units:
        by_day = ngettext(
            "At most %(pieces)s piece per customer and day.", "At most %(pieces)s pieces per customer and day.", pieces
        )
        in_all = ngettext("At most %(pieces)s piece per customer.", "At most %(pieces)s pieces per customer.", pieces)
        found.append((by_day if revision.limit_period == LimitPeriod.DAY else in_all) % {"pieces": pieces})
    if orders := revision.limit_orders:
        text = ngettext(
            "In at most %(orders)s order per customer.", "In at most %(orders)s orders per customer.", orders
        )
        found.append(text % {"orders": orders})
    if found and revision.limit_identity == LimitIdentity.PHONE:
        found.append(gettext("For members with a verified phone."))
    return found


def stacking_sentence(terms: Any) -> str:
    """Return with what an offer combines, in words."""
    answers = (
        (gettext("shop offers"), terms.with_shop_offers),
        (gettext("platform activities"), terms.with_platform_activities),
        (gettext("coupons"), terms.with_coupons),
    )
    comma = gettext(", ")
    yes = comma.join(name for name, admitted in answers if admitted)
    no = comma.join(name for name, admitted in answers if not admitted)
    if not no:
        return gettext("Combines with %(offers)s.") % {"offers": yes}
    if not yes:
        return gettext("Cannot be combined with %(offers)s.") % {"offers": no}
    return gettext("Combines with %(offers)s, not with %(others)s.") % {"offers": yes, "others": no}


def worth(terms: Any) -> str:
    """Return what a coupon is worth at most, in the fewest signs: ¥10, 20% off; what an exchange costs."""
    benefit = load_benefit(terms.benefit_code, terms.params)
    if isinstance(benefit, SpendTiers):
        tier = benefit.tiers[-1]
        return money_text(tier.off_cents) if tier.off_cents else _rate_off(tier.rate_bp or 0)
    if isinstance(benefit, PercentOff):
        return _rate_off(benefit.rate_bp)
    if isinstance(benefit, AmountOff):
        return money_text(benefit.off_cents)
    if isinstance(benefit, FixedPrice):
        return money_text(benefit.price_cents)
    if isinstance(benefit, Exchange):
        return money_text(benefit.price_cents) if benefit.price_cents else gettext("Free goods")
    return say(benefit.describe())


def threshold(terms: Any) -> str:
    """Return from which amount or number on a coupon may be used."""
    benefit = load_benefit(terms.benefit_code, terms.params)
    least = next((rule.threshold_cents for rule in conditions_of(terms) if isinstance(rule, MinSpend)), None)
    if isinstance(benefit, SpendTiers):
        tier = benefit.tiers[-1]
        if tier.by_pieces:
            return gettext("from %(pieces)s pieces") % {"pieces": tier.threshold}
        least = tier.threshold or least
    if least:
        return gettext("on orders from %(amount)s") % {"amount": money_text(least)}
    return gettext("no minimum")


def _rate_off(rate_bp: int) -> str:
    return gettext("%(rate_bp)s off") % {"rate_bp": rate_text(rate_bp)}


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]

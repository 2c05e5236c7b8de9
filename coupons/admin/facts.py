"""Templates and claim campaigns as labelled texts: for their pages, and for what an approver sees changed."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.admin.facts import Change, Fact, audience_facts, goods_facts, moment, risk_fact
from campaigns.audience_wording import audience_words, membership_words
from campaigns.wording import rule_sentences, stacking_sentence
from coupons.admin.place_facts import places_text
from coupons.admin.release_facts import releases_text
from coupons.models import ClaimCampaignRevision, CouponTemplateRevision, IssueChannel, TemplateBudget, Validity
from coupons.validity import last_day, period_of
from pricing.engine.errors import Refusal
from pricing.engine.money import WHOLE_BP
from pricing.engine.registry import LABELS, load_condition
from pricing.wording import money_text, plain_percent, say


def template_facts(revision: CouponTemplateRevision) -> list[Fact]:
    """Return everything that a template's revision says, in the order of the form."""
    label = LABELS.get(revision.benefit_code)
    return [
        *_names(revision),
        Fact(_("Badge"), " / ".join(filter(None, [revision.badge, revision.badge_zh])) or _("none")),
        Fact(_("Kind"), _(label) if label else revision.benefit_code),
        Fact(_("Value"), rule_text(revision)),
        Fact(_("Threshold measured on"), revision.get_threshold_on_display()),
        Fact(_("Validity"), validity_text(revision)),
        *goods_facts(revision),
        Fact(_("Combination"), stacking_sentence(revision)),
        Fact(_("Exclusivity group"), revision.exclusivity_group or _("none")),
        Fact(_("Issue channels"), _channels(revision)),
        *audience_facts(revision, shop=revision.template.shop),
        Fact(_("Number to issue"), _or_unlimited(revision.issue_total)),
        Fact(_("Number per customer"), _or_unlimited(revision.issue_per_customer)),
        Fact(_("Budget"), _("unlimited") if revision.budget_cents is None else money_text(revision.budget_cents)),
        Fact(_("Reserved per coupon"), money_text(revision.face_cents)),
        Fact(_("Most in a minute"), most_per_minute(revision)),
        risk_fact(revision),
        Fact(_("When a part is sent back"), revision.get_refund_policy_display()),
        Fact(_("Funding"), _funding(revision)),
        Fact(_("Priority"), str(revision.priority)),
    ]


def claim_facts(revision: ClaimCampaignRevision) -> list[Fact]:
    """Return everything that a claim campaign's revision says, in the order of the form."""
    template = revision.claim_campaign.template
    handed_out = template.current_revision
    return [
        Fact(_("Coupon"), f"{template} ({rule_text(handed_out)})" if handed_out else str(template)),
        Fact(_("Validity"), validity_text(handed_out) if handed_out else _("not approved yet")),
        *_names(revision),
        Fact(_("Claiming starts at"), moment(revision.starts_at)),
        Fact(_("Claiming ends at"), moment(revision.ends_at)),
        Fact(_("Where it can be claimed"), places_text(revision)),
        Fact(_("Who may claim it"), _audience(revision)),
        Fact(_("Number to hand out"), _or_unlimited(revision.total)),
        Fact(_("Per customer"), str(revision.per_customer)),
        Fact(_("Releases"), releases_text(revision)),
        risk_fact(revision),
    ]


def changes(facts_of: Callable[[Any], list[Fact]], before: Any, after: Any) -> list[Change]:
    """Return what is different in words; everything, if nothing is in force yet."""
    old = {fact.label: fact.text for fact in facts_of(before)} if before else {}
    return [
        Change(fact.label, old.get(fact.label, ""), fact.text)
        for fact in facts_of(after)
        if old.get(fact.label) != fact.text
    ]


def rule_text(revision: CouponTemplateRevision) -> str:
    """Return the value with its conditions; a rule that cannot be used says why."""
    try:
        return " · ".join(rule_sentences(revision))
    except Refusal as refusal:
        return say(refusal)


def validity_text(revision: CouponTemplateRevision) -> str:
    """Return when a coupon is valid, relative validity with an example date."""
    if revision.validity == Validity.FIXED:
        days = {"first": moment(revision.valid_from), "last": moment(revision.valid_until)}
        return _("%(first)s – %(last)s") % days
    claimed_at = timezone.now()
    starts_at, ends_at = period_of(revision, at=claimed_at)
    figures = {"days": revision.valid_days, "last": date_format(last_day(ends_at))}
    text = _("%(days)s days after the claim (claimed today: valid through %(last)s)") % figures
    if starts_at > claimed_at:
        text += " · " + _("starts %(days)s days after the claim") % {"days": revision.starts_after_days}
    return text


def short_validity(revision: CouponTemplateRevision) -> str:
    """Return the validity in a few words, for a list."""
    if revision.validity == Validity.FIXED:
        return _("until %(last)s") % {"last": moment(revision.valid_until)}
    return ngettext("%(days)s day", "%(days)s days", revision.valid_days) % {"days": revision.valid_days}


def _names(revision: Any) -> Iterable[Fact]:
    yield Fact(_("Name"), revision.name)
    yield Fact(_("Chinese name"), revision.name_zh)
    yield Fact(_("Description"), "\n".join(filter(None, [revision.description, revision.description_zh])))


def _audience(revision: ClaimCampaignRevision) -> str:
    try:
        said = [say(load_condition(row["code"], row["params"]).describe()) for row in revision.conditions]
    except Refusal as refusal:
        return say(refusal)
    if revision.has_audience or not said:
        said.append(audience_words(revision, shop=revision.claim_campaign.template.shop))
    return "\n".join([", ".join(said), *filter(None, [membership_words(revision)])])


def most_per_minute(limits: CouponTemplateRevision | TemplateBudget) -> str:
    """Return what may be issued within a minute before issuing is paused: the limits of its own, else the site's."""
    own = limits.most_per_minute is not None or limits.most_cents_per_minute is not None
    figures = {
        "number": f"{limits.most_per_minute or settings.COUPONS_PER_MINUTE:,}",
        "money": money_text(limits.most_cents_per_minute or settings.COUPON_CENTS_PER_MINUTE),
    }
    text = _("%(number)s coupons or %(money)s") % figures
    return text if own else _("%(limits)s (the site's limit)") % {"limits": text}


def _channels(revision: CouponTemplateRevision) -> str:
    labels = [str(label) for code, label in IssueChannel.choices if code in revision.issue_channels]
    return ", ".join(labels) or _("every one")


def _or_unlimited(cap: int | None) -> str:
    return _("unlimited") if cap is None else f"{cap:,}"


def _funding(revision: CouponTemplateRevision) -> str:
    shares = {_("platform"): revision.platform_share_bp}
    if shop := revision.template.shop:
        shares[shop.local_name] = WHOLE_BP - revision.platform_share_bp
    return ", ".join(f"{who} {plain_percent(share_bp)} %" for who, share_bp in shares.items() if share_bp)

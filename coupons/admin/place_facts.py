"""The places of a claim campaign in words, and what was claimed at each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from campaigns.sources import ask
from coupons.links import write_channel
from coupons.models import ClaimCampaign, ClaimCampaignRevision, Coupon, Partner, Position
from coupons.places import LINK, PlaceRule, partner_of, places_of, rule_at
from pricing.wording import money_text


@dataclass(frozen=True, slots=True)
class PlaceFigures:
    """What was claimed at one place and what that cost, by the rules of those moments; the address for a partner."""

    label: str
    claimed: int
    units: int | None
    cost_text: str
    address: str


def place_label(place: str, partners: Mapping[str, str]) -> str:
    """Return how people call a place; `partners` are names by code."""
    code = partner_of(place)
    if code is not None:
        return _("Partner: %(name)s") % {"name": partners.get(code, code)}
    if place == LINK:
        return _("private link")
    return str(dict(Position.choices).get(place, place)) if place else _("not noted")


def places_text(revision: ClaimCampaignRevision) -> str:
    """Return the places of a revision, each with what holds there."""
    partners = partner_names(revision.place_rules)
    return "\n".join(
        " · ".join([place_label(place, partners), *_rule_texts(place, rule_at(revision, place) or PlaceRule())])
        for place in places_of(revision)
    ) or _("none")


def partner_names(places: Iterable[str]) -> dict[str, str]:
    """Return the names of the partner channels among places. One query, none without partners."""
    codes = {partner_of(place) for place in places} - {None}
    return {row.code: row.local_name for row in Partner.objects.filter(code__in=codes)} if codes else {}


def place_figures(campaign: ClaimCampaign, revision: ClaimCampaignRevision) -> list[PlaceFigures]:
    """Return what was claimed at each place, those of older versions included. Two queries."""
    claims = Coupon.objects.filter(claim_campaign=campaign).order_by().values_list("place")
    rows = list(claims.annotate(Count("pk"), Sum("place_cost_cents")))
    claimed, costs = {place: count for place, count, _cents in rows}, {place: cents for place, _count, cents in rows}
    there = places_of(revision)
    shown = [*there, *sorted(claimed.keys() - set(there))]
    partners = partner_names(shown)
    return [
        PlaceFigures(
            label=place_label(place, partners),
            claimed=claimed.get(place, 0),
            units=rule.units,
            cost_text=money_text(costs.get(place, 0)) if rule.cost_cents or costs.get(place) else "",
            address=_address(campaign, place) if place in there else "",
        )
        for place in shown
        for rule in [rule_at(revision, place) or PlaceRule()]
    ]


def _rule_texts(place: str, rule: PlaceRule) -> Iterable[str]:
    if rule.cost_cents:
        yield _("%(amount)s per claim") % {"amount": money_text(rule.cost_cents)}
    if rule.units is not None:
        yield _("at most %(number)s") % {"number": rule.units}
    if place == Position.HOME_POPUP:
        yield _("at most once in %(hours)s hours") % {"hours": rule.every_hours}


def _address(campaign: ClaimCampaign, place: str) -> str:
    code = partner_of(place)
    return ask("channel_page", write_channel(campaign.pk, code), default="") if code else ""

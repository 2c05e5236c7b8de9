"""What keeps the places of a claim campaign from being handed in: said with the field and what to do."""

from campaigns.commands.campaigns import Incomplete
from coupons.models import ClaimCampaignRevision, Partner
from coupons.places import PARTNER, partner_of, places_of, rule_at
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_


def problems_of_places(revision: ClaimCampaignRevision) -> list[Refusal]:
    """List what is wrong with where a coupon is claimed."""
    if revision.by_link:
        return _problems_of_links(revision)
    if not places_of(revision):
        return [Incomplete(N_("Choose at least one place where the coupon can be claimed."), field="positions")]
    return [*_problems_of_partners(revision), *_problems_of_numbers(revision)]


def _problems_of_links(revision: ClaimCampaignRevision) -> list[Refusal]:
    found: list[Refusal] = []
    if revision.positions:
        text = N_("What is claimed by link only has no places: choose one or the other.")
        found.append(Incomplete(text, field="positions"))
    if revision.per_customer != 1:
        found.append(Incomplete(N_("By link, each customer gets one coupon."), field="per_customer"))
    return found


def _problems_of_partners(revision: ClaimCampaignRevision) -> list[Refusal]:
    named = {partner_of(place) for place in revision.place_rules} - {None}
    known = set(Partner.objects.filter(code__in=named, is_active=True).values_list("code", flat=True))
    if missing := sorted(named - known):
        text = N_("The partner channel %(code)s is not active: leave it out, or activate it.")
        return [Incomplete(text, field="positions", code=missing[0])]
    if PARTNER in revision.positions and not named:
        return [Incomplete(N_("Choose which partner channels."), field="positions")]
    return []


def _problems_of_numbers(revision: ClaimCampaignRevision) -> list[Refusal]:
    rules = [rule_at(revision, place) for place in places_of(revision)]
    if revision.total is None or all(rule.units is None or rule.units <= revision.total for rule in rules if rule):
        return []
    return [Incomplete(N_("A place has a larger number than there is to hand out."), field="positions")]

"""The releases of a claim campaign in a few words."""

from django.utils.translation import gettext as _

from campaigns.admin.facts import moment
from coupons.models import ClaimCampaignRevision
from coupons.releases import schedule_of


def releases_text(revision: ClaimCampaignRevision) -> str:
    """Return when how many coupons are released, and what becomes of leftovers."""
    schedule = schedule_of(revision)
    if schedule is None:
        return _("all at once")
    rows = [(f"{at:%H:%M:%S}".removesuffix(":00"), units) for at, units in schedule.times]
    rows += [(moment(at), units) for at, units in schedule.moments]
    listed = _(", ").join(f"{when} → {units}" for when, units in rows)
    if schedule.times:
        listed = _("every day: %(releases)s") % {"releases": listed}
    leftovers = _("leftovers are added to the next release") if schedule.carries else _("leftovers lapse")
    return f"{listed} · {leftovers}"

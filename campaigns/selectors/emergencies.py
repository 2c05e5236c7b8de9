"""Stops in an emergency that a second person has not looked at: the campaign may come back."""

from django.db.models import Exists, OuterRef

from campaigns.models import Deed, Intervention, Outcome


def may_be_reverted(campaign: str = "pk") -> Exists:
    """Return the condition that a campaign, by the name of its column, is stopped for the time being only."""
    unreviewed = Intervention.objects.filter(deed=Deed.STOP, at_once=True, outcome=Outcome.WAITING)
    return Exists(unreviewed.filter(campaign=OuterRef(campaign)))

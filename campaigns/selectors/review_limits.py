"""What one approver may let pass."""

from campaigns.models import ReviewLimit


def limit_in_force(kind: str) -> ReviewLimit | None:
    """Return the limits of a kind such as "campaigns.campaign", None where nobody has set any. One query."""
    return ReviewLimit.objects.filter(kind=kind).order_by("-pk").first()

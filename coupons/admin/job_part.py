"""The latest job of a page's subject, for the part of the page that shows how far it is."""

from django.contrib.auth.models import AbstractBaseUser

from pricing.models import Job


def last_job(kind: str, subject: str, *, user: AbstractBaseUser) -> Job | None:
    """Return the newest job of a kind about this subject, for who may see jobs. One query."""
    if not user.has_perm("pricing.view_job"):
        return None
    return Job.objects.filter(kind=kind, subject=subject).defer("params", "output").order_by("-pk").first()

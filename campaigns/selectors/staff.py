"""Who of the staff may do something, and what they have been told."""

from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet

from campaigns.models import StaffNotice

BACKEND = "django.contrib.auth.backends.ModelBackend"


def staff_with(permission: str) -> QuerySet[AbstractBaseUser]:
    """Return who is let into the back office and has a permission such as "campaigns.approve_campaign". One query."""
    users = get_user_model()._default_manager.with_perm(permission, backend=BACKEND)
    return users.filter(is_staff=True, is_active=True).order_by("pk")


def notices_of(user: AbstractBaseUser) -> QuerySet[StaffNotice]:
    """Return what somebody was told, newest first."""
    return StaffNotice.objects.filter(user=user).order_by("-pk")


def unread_count(user: AbstractBaseUser) -> int:
    """Return how many notices somebody has not read. One query, on an index of unread ones."""
    return StaffNotice.objects.filter(user=user, read_at=None).count()


def mail_due(*, at: datetime) -> QuerySet[StaffNotice]:
    """Return the notices whose mail is to be tried now, oldest first."""
    due = StaffNotice.objects.filter(mail_due_at__lte=at, user__is_active=True)
    return due.select_related("user").order_by("mail_due_at", "pk")

"""What shoppers do with messages: read them, and say what they want to hear."""

from datetime import datetime

from campaigns.models import ContactWish, Customer, ShopperMessage
from pricing.transactions import command


@command
def read_messages(*, customer: Customer, at: datetime, message_id: int | None = None) -> int:
    """Mark one message as read, or all; return how many were unread. Those of others are left alone."""
    unread = ShopperMessage.objects.filter(customer=customer, read_at=None)
    return unread.filter(**{} if message_id is None else {"pk": message_id}).update(read_at=at)


@command
def set_contact_wish(*, customer: Customer, in_site: bool, email: bool) -> None:
    """Keep what a customer wants to hear of campaigns."""
    wanted = {"in_site": in_site, "email": email}
    ContactWish.objects.update_or_create(customer=customer, defaults=wanted)

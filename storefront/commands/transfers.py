"""Money going out: entries that give money back are carried out by the provider, outside any transaction."""

from datetime import datetime

from django.db.models import QuerySet

from pricing.ledger import book_once
from storefront.gateways import GATEWAYS
from storefront.models import MoneyTransfer, PaymentEntry


def untransferred_entries() -> QuerySet[PaymentEntry]:
    """Entries that owe money to the shopper and that one of our providers has not confirmed, the oldest first."""
    return PaymentEntry.objects.filter(amount_cents__lt=0, provider__in=GATEWAYS, transfer=None).order_by("pk")


def transfer(*, entry: PaymentEntry, at: datetime) -> None:
    """Let the provider give the money back. Safe to repeat: the entry's reference moves money once."""
    gateway = GATEWAYS[entry.provider]
    reference = gateway.send_back(reference=entry.reference, amount_cents=-entry.amount_cents)
    book_once(MoneyTransfer(entry=entry, reference=reference, at=at))

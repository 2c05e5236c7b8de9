"""On-hand stock: how many pieces of a SKU are in the house and free to be sold, with its ledger."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

MOST_PIECES = 1_000_000_000


class OnHandStock(models.Model):
    """The free pieces of one SKU. A SKU without a row is not counted: it is sold without end.

    Free is what anybody may buy. What campaigns have reserved is in the house too, but stands in their own counters
    (which hot SKUs spread over buckets), so that buyers of a flash sale do not queue for this row. No piece is in both.
    """

    sku = models.OneToOneField(
        "pricing.Sku", models.PROTECT, primary_key=True, related_name="on_hand", verbose_name=_("SKU")
    )
    free = models.PositiveIntegerField(_("free pieces"), default=0)

    class Meta:
        ordering = ["sku__code"]
        verbose_name = _("stock")
        verbose_name_plural = _("stock")
        permissions = [("move_onhandstock", "Can book receipts and corrections of stock")]
        constraints = [
            models.CheckConstraint(condition=Q(free__gte=0, free__lte=MOST_PIECES), name="on_hand_is_never_oversold"),
        ]

    def __str__(self) -> str:
        return str(self.sku)


class MovementKind(models.TextChoices):
    COUNTED = "counted", _("counting begins")
    UNCOUNTED = "uncounted", _("counting ends")
    RECEIPT = "receipt", _("receipt")
    CORRECTION = "correction", _("correction")
    SALE = "sale", _("sale")
    CANCELLATION = "cancellation", _("cancellation")
    RETURN = "return", _("return")
    WRITE_OFF = "write_off", _("written off")
    RESERVATION = "reservation", _("reserved for a campaign")
    RELEASE = "release", _("released by a campaign")


class StockMovement(models.Model):
    """What one act did to the pieces of one SKU (append-only).

    `units` came into the house (+) or left it (-); `free_units` became free (+) or stopped being so (-). The rest of a
    movement went into or out of the reservations of campaigns. `source` names the act, which counts once.
    """

    sku = models.ForeignKey("pricing.Sku", models.PROTECT, related_name="+", verbose_name=_("SKU"))
    kind = models.CharField(_("kind"), max_length=16, choices=MovementKind)
    units = models.IntegerField(_("pieces in the house"))
    free_units = models.IntegerField(_("free pieces"))
    source = models.CharField(_("source"), max_length=120)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("who")
    )
    at = models.DateTimeField(_("when"))

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        indexes = [models.Index(fields=["sku", "-at"], name="movements_of_sku")]
        constraints = [
            models.UniqueConstraint(fields=["source", "sku", "kind"], name="one_stock_movement_per_source"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.units:+d}"


class StockRequest(models.Model):
    """A request of another system that moved stock, by its idempotency key, with the answer it got."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    request_hash = models.CharField(max_length=64)
    answer = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="one_stock_request_per_key")]

    def __str__(self) -> str:
        return self.key

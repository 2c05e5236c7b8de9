"""Who buys: the row that carts, coupons and orders belong to."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

PHONE_DIGITS = 11


class PhoneDigits(models.Func):
    """What phone numbers are compared by: the last digits, without signs, spaces and country."""

    template = f"right(regexp_replace(%(expressions)s, '[^0-9]', '', 'g'), {PHONE_DIGITS})"
    output_field = models.CharField()


# Asked for both, or neither: a check that comes out as unknown lets a row pass.
IS_BIRTHDAY = models.Q(birth_month=None, birth_day=None) | (
    models.Q(birth_month__isnull=False, birth_day__isnull=False)
    & (
        models.Q(birth_month__in=[1, 3, 5, 7, 8, 10, 12], birth_day__range=(1, 31))
        | models.Q(birth_month__in=[4, 6, 9, 11], birth_day__range=(1, 30))
        | models.Q(birth_month=2, birth_day__range=(1, 29))
    )
)


class Customer(models.Model):
    """A person who buys; imported customers have no login.

    `orders_placed` and `first_paid_at` are the facts about former orders that conditions ask about. The
    storefront writes them in the order's transaction, under a lock on this row.
    """

    code = models.CharField(_("customer number"), max_length=64, unique=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="customer",
        null=True,
        blank=True,
        verbose_name=_("login"),
    )
    name = models.CharField(_("name"), max_length=120, blank=True, default="")
    phone = models.CharField(_("phone"), max_length=32, blank=True, default="")
    phone_verified_at = models.DateTimeField(_("phone verified at"), null=True, blank=True)
    region = models.CharField(_("region"), max_length=64, blank=True, default="")
    level = models.CharField(_("member level"), max_length=32, blank=True, default="")
    birth_month = models.PositiveSmallIntegerField(_("month of birth"), null=True, blank=True)
    birth_day = models.PositiveSmallIntegerField(_("day of birth"), null=True, blank=True)
    birthday_at = models.DateTimeField(_("birthday entered at"), null=True, blank=True)
    registered_at = models.DateTimeField(_("registered at"))
    orders_placed = models.PositiveIntegerField(_("orders placed"), default=0)
    first_paid_at = models.DateTimeField(_("first paid at"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = [
            models.Index(
                fields=["birth_month", "birth_day"], name="birthdays", condition=models.Q(birth_month__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=IS_BIRTHDAY,
                name="birthday_is_a_day",
                violation_error_message=_("Give month and day of a birthday, or neither."),
            ),
            # Limits per verified phone are limits per person only so.
            models.UniqueConstraint(
                PhoneDigits("phone"),
                condition=models.Q(phone_verified_at__isnull=False) & ~models.Q(phone=""),
                name="one_customer_per_verified_phone",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.code

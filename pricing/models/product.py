"""What a product page shows; prices hang on its SKUs."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pricing.models.naming import Described


class ProductKind(models.TextChoices):
    PHYSICAL = "physical", _("physical goods")
    VIRTUAL = "virtual", _("virtual card or voucher")
    SERVICE = "service", _("service")


class Product(Described):
    """A product of one shop in one category, sold as one or more SKUs."""

    shop = models.ForeignKey("pricing.Shop", models.PROTECT, related_name="products", verbose_name=_("shop"))
    category = models.ForeignKey(
        "pricing.Category", models.PROTECT, related_name="products", verbose_name=_("category")
    )
    code = models.CharField(_("code"), max_length=64, unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=ProductKind, default=ProductKind.PHYSICAL)
    picture = models.CharField(
        _("picture"), max_length=200, blank=True, default="", help_text=_("Path below the static files.")
    )
    never_discounted = models.BooleanField(
        _("never discounted"), default=False, help_text=_("No campaign and no coupon ever touches it.")
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("product")
        verbose_name_plural = _("products")

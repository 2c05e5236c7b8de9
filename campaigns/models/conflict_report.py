"""Conflict reports: what a draft would meet, and the deepest price of each SKU with the cart that shows it."""

import json
import zlib
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pricing.engine.money import WHOLE_BP


class ConflictReport(models.Model):
    """What was found for one content of a draft among the offers of one book. Figures are sums over its rows.

    `company` tells the offers that it was held against: while they are the same, the report holds, whatever else the
    book says. `goods` is a digest of the SKUs that the draft takes, `others` the figures of gifts and partners by code,
    `partner_scopes` the scopes that partners are the cheapest goods of. `overlaps` and `names` are kept as they were
    read; `untried`: offers that no customer could be made up for. A report without `finished_at` is being made.
    """

    revision = models.ForeignKey("campaigns.CampaignRevision", models.CASCADE, related_name="conflict_reports")
    content_hash = models.CharField(max_length=64)
    book_number = models.BigIntegerField(_("book"))
    company = models.CharField(max_length=64)
    goods = models.CharField(max_length=32, default="")
    others = models.JSONField(default=dict)
    partner_scopes = models.JSONField(default=list)
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)
    skus = models.PositiveIntegerField(_("SKUs"), default=0)
    below_cost = models.PositiveIntegerField(_("below cost"), default=0)
    below_floor = models.PositiveIntegerField(_("below the price floor"), default=0)
    deepest_off_bp = models.IntegerField(_("deepest reduction"), default=0)
    least_margin_bp = models.IntegerField(_("lowest margin"), null=True)
    unsure = models.PositiveIntegerField(_("not proved"), default=0)
    overlaps = models.JSONField(default=list)
    names = models.JSONField(default=dict)
    untried = models.JSONField(default=list)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("conflict report")
        verbose_name_plural = _("conflict reports")
        indexes = [models.Index(fields=["revision", "-id"], name="conflict_reports_of_revision")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class ConflictRow(models.Model):
    """The deepest price of one SKU: `pieces` of it cost `net_cents`, and the order costs `extras_cents` besides.

    `unit_cents` is what is left of one piece, rounded down, `off_bp` how far that is below the list price, `loss_cents`
    how far below the cost. `applied`: the offers in that cart; `others`: those that take the SKU while the draft does.
    `witness`: the compressed document that prices the cart.
    """

    report = models.ForeignKey("campaigns.ConflictReport", models.CASCADE, related_name="rows")
    sku = models.ForeignKey("pricing.Sku", models.CASCADE, related_name="+")
    list_cents = models.BigIntegerField(_("list price"))
    cost_cents = models.BigIntegerField(_("cost"), null=True)
    floor_cents = models.BigIntegerField(_("price floor"))
    pieces = models.PositiveIntegerField(_("pieces"))
    net_cents = models.BigIntegerField(_("paid for them"))
    extras_cents = models.BigIntegerField(_("gifts, rewards and shipping"))
    unit_cents = models.BigIntegerField(_("left of one"))
    off_bp = models.IntegerField(_("reduction"))
    margin_bp = models.IntegerField(_("margin"), null=True)
    loss_cents = models.BigIntegerField(_("loss"), default=0)
    below_floor = models.BooleanField(_("below the price floor"), default=False)
    at = models.DateTimeField(_("at"))
    applied = ArrayField(models.CharField(max_length=80), default=list)
    others = ArrayField(models.CharField(max_length=80), default=list)
    bound_cents = models.BigIntegerField(default=0)
    witness = models.BinaryField()

    class Meta:
        ordering = ["-loss_cents", "-below_floor", "-off_bp", "pk"]
        verbose_name = _("deepest price")
        verbose_name_plural = _("deepest prices")
        constraints = [models.UniqueConstraint(fields=["report", "sku"], name="one_row_per_conflict_sku")]
        indexes = [
            models.Index(
                fields=["report", "-loss_cents", "-below_floor", "-off_bp", "id"], name="worst_conflicts_first"
            )
        ]

    def __str__(self) -> str:
        return f"{self.sku_id}: {self.unit_cents}"

    @property
    def document(self) -> Any:
        """The document that `python -m pricing.engine` prices."""
        return json.loads(zlib.decompress(bytes(self.witness)))


class ConflictLimits(models.Model):
    """How deep a campaign may go before a second approver has to accept it: the latest row is in force (append-only).

    `by`, `at` and `reason` are missing where a row was written before there was a history.
    """

    deepest_off_bp = models.PositiveIntegerField(
        _("deepest reduction"),
        default=7_000,
        help_text=_("Of the list price, with everything that combines. Deeper ones need a second approver."),
    )
    least_margin_bp = models.IntegerField(
        _("lowest margin"),
        null=True,
        blank=True,
        help_text=_("Of what is left of the price; empty = only what falls below cost counts."),
    )

    reason = models.TextField(_("reason"), blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("set by")
    )
    at = models.DateTimeField(_("at"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("limits of the conflict report")
        verbose_name_plural = _("limits of the conflict report")
        constraints = [
            models.CheckConstraint(condition=Q(by=None) | ~Q(reason=""), name="conflict_limits_have_a_reason"),
            models.CheckConstraint(
                condition=Q(deepest_off_bp__lte=WHOLE_BP),
                name="deepest_reduction_in_range",
                violation_error_message=_("A reduction is at most 100 %."),
            ),
            models.CheckConstraint(
                condition=Q(least_margin_bp=None) | Q(least_margin_bp__lt=WHOLE_BP),
                name="lowest_margin_in_range",
                violation_error_message=_("A margin is below 100 %."),
            ),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

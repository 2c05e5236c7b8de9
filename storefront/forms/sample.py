"""The inputs of a sample cart: whose eyes, where, when, and the lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.forms.inputs import LATEST
from campaigns.models import Customer
from pricing.models import Sku
from storefront.models import MOST_UNITS
from storefront.sampling import Place, Sample
from storefront.selectors.catalogue import most_units_of, sellable_skus
from storefront.stand_ins import stand_in

PREFIX = "sample"
MOST_LINES = 30
WHO = [("guest", _("a guest")), ("new", _("a new customer")), ("member", _("a member")), ("given", _("a customer"))]
CHANNELS = [("web", _("web")), ("app", _("app")), ("mini_program", _("mini-program")), ("store", _("store"))]
AT_FORMAT = "%Y-%m-%dT%H:%M"

Units = list[tuple[int, int]]  # (id of a SKU, pieces)


class SampleForm(forms.Form):
    """Whose eyes, where and when; `data` carries the prefix, a stored one does too."""

    who = forms.ChoiceField(label=_("Bought by"), choices=WHO, initial="guest", widget=forms.RadioSelect)
    customer = forms.CharField(label=_("Number, phone, login or name"), max_length=120, required=False)
    level = forms.CharField(label=_("Level"), max_length=32, required=False)
    orders = forms.IntegerField(label=_("Orders so far"), min_value=0, max_value=10_000, initial=1, required=False)
    tags = forms.CharField(label=_("Tags"), max_length=200, required=False)
    channel = forms.ChoiceField(label=_("Channel"), choices=CHANNELS, initial="web")
    region = forms.CharField(label=_("Region"), max_length=64, required=False)
    at = forms.DateTimeField(
        label=_("At"),
        input_formats=[AT_FORMAT, "%Y-%m-%dT%H:%M:%S"],
        required=False,
        widget=forms.DateTimeInput(format=AT_FORMAT, attrs={"type": "datetime-local"}),
    )

    def __init__(self, data: Mapping[str, Any], *, now: datetime) -> None:
        super().__init__(data, prefix=PREFIX)
        self.now = now
        self.fields["level"].widget.attrs["list"] = "sample-levels"

    def clean_at(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["at"]
        if at is not None and at < self.now.replace(second=0, microsecond=0):
            raise ValidationError(gettext("Choose now or later: what is over is not in the book any more."))
        if at is not None and at > LATEST:
            raise ValidationError(gettext("Give a year before 3000."))
        return at

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("who") == "given":
            cleaned["customer"] = self._given(cleaned.get("customer", ""))
        return cleaned

    def viewer(self) -> Customer | None:
        """Return whose prices they are; a guest is None. Of a valid form."""
        who = self.cleaned_data["who"]
        if who == "given":
            return self.cleaned_data["customer"]
        if who == "guest":
            return None
        is_member = who == "member"
        orders = self.cleaned_data["orders"]
        return stand_in(
            level=self.cleaned_data["level"] if is_member else "",
            orders_placed=(1 if orders is None else orders) if is_member else 0,
            at=self.now,
        )

    def tag_set(self) -> frozenset[str]:
        typed = self.cleaned_data["tags"].replace("，", ",").split(",")
        is_member = self.cleaned_data["who"] in ("member", "given")
        return frozenset(tag.strip() for tag in typed if tag.strip()) if is_member else frozenset()

    def _given(self, typed: str) -> Customer | None:
        by_name = Q(code=typed) | Q(phone=typed) | Q(user__username=typed) | Q(name=typed)
        found = Customer.objects.filter(by_name).first() if typed else None
        if found is None:
            text = gettext("No customer has this number, phone, login or name: “%(typed)s”.") % {"typed": typed}
            self.add_error("customer", text if typed else gettext("Say which customer."))
        return found


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a sample, and what was wrong with what was typed."""

    units: list[tuple[Sku, int]]
    trouble: str = ""


def units_in(data: Any) -> Units:
    """Read the lines that the page sent: ids and pieces side by side; one that is no number is 1, 0 takes it out."""
    ids, pieces = data.getlist("sample-sku"), data.getlist("sample-quantity")
    pairs = [(_number(key, 0), _number(count, 1)) for key, count in zip(ids, pieces, strict=False)]
    if added := _number(data.get("sample-add", ""), 0):
        pairs.append((added, 1))
    found: dict[int, int] = {}
    for key, count in pairs:
        found[key] = found.get(key, 0) + count
    taken_out = _number(data.get("sample-out", ""), 0)
    return [(key, count) for key, count in found.items() if key and count and key != taken_out][:MOST_LINES]


def lines_of(units: Units) -> Lines:
    """Return the SKUs that can be bought, in their order, in numbers that a line may hold. One query."""
    known = {sku.pk: sku for sku in sellable_skus().filter(pk__in=[key for key, _ in units])}
    kept = [(known[key], min(count, most_units_of(known[key]))) for key, count in units if key in known]
    if any(count > MOST_UNITS for _, count in units):
        return Lines(kept, gettext("A line holds at most %(most)s pieces.") % {"most": MOST_UNITS})
    return Lines(kept, gettext("Some of the SKUs cannot be bought.") if len(kept) < len(units) else "")


def sample_of(form: SampleForm, units: list[tuple[Sku, int]], *, at: datetime) -> Sample:
    """Return the sample that a valid form and its lines describe; `at` counts where the form names no time."""
    sent = form.cleaned_data
    return Sample(
        units=tuple(units),
        customer=form.viewer(),
        at=sent["at"] or at,
        place=Place(channel=sent["channel"], region=sent["region"]),
        tags=form.tag_set(),
    )


def typed_at(at: datetime) -> str:
    """Return a moment as the field shows it."""
    return timezone.localtime(at).strftime(AT_FORMAT)


def _number(typed: str, default: int) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else default

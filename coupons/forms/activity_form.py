"""What the forms of all activities share: the coupon, the words for shoppers, the period, and how many one gets."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from campaigns.commands.drafting import Content
from campaigns.forms.guards import risk_profile_field
from campaigns.forms.inputs import Section, long_text, moment, section, text, whole_number
from coupons.channels import offered_for, why_not_given_by
from coupons.models import CouponTemplate

WORDS = ("name", "name_zh", "description", "description_zh")
PERIOD = ("starts_at", "ends_at")


def chosen_key(form: forms.Form, field: str) -> int | None:
    """Return the primary key that was sent for a field, or that it begins with; None for nothing that is one."""
    chosen = str(form.data.get(field) or form.initial.get(field) or "")
    return int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 16 else None


class ActivityForm(forms.Form):
    """Everything that an activity's revision says. `content()` is what drafting stores.

    A subclass names the columns that its fields fill (`COLUMNS`), and those of the activity itself, which it keeps
    from its first draft on (`KEPT`, with the sentence that says so). `revision` is the draft that is edited.
    """

    COLUMNS: ClassVar[tuple[str, ...]] = (*WORDS, *PERIOD, "per_customer", "risk_profile")
    KEPT: ClassVar[tuple[str, ...]] = ("template",)
    KEPT_HELP: ClassVar[Any] = ""
    CHANNEL: ClassVar[str] = ""

    template = forms.ModelChoiceField(
        label=_("Coupon"),
        queryset=CouponTemplate.objects.none(),
        widget=UnfoldAdminSelectWidget,
        help_text=_("Approved coupon templates."),
    )
    name = text(_("Name"), longest=120, required=True)
    name_zh = text(_("Chinese name"), longest=120)
    description = long_text(_("Description"))
    description_zh = long_text(_("Chinese description"))
    starts_at = moment(_("Starts at"))
    ends_at = moment(_("Ends at"), help_text=_("At this moment it is over."))
    per_customer = whole_number(_("Per customer"), most=1000)
    risk_profile = risk_profile_field()

    def __init__(self, *args: Any, revision: Any = None, subject: Any = None, **kwargs: Any) -> None:
        """`subject` is the activity of `revision`; both are None for a new one."""
        initial = self.initial_of(revision, subject) if revision else self.initial_of_new()
        super().__init__(*args, initial={**initial, **kwargs.pop("initial", {})}, **kwargs)
        self.revision = revision
        if revision:
            for name in self.KEPT:
                self.fields[name].disabled = True
                self.fields[name].help_text = self.KEPT_HELP
        if "template" in self.fields:
            self.chosen_id = subject.template_id if revision else chosen_key(self, "template")
            kept = CouponTemplate.objects.filter(pk=self.chosen_id)
            offered = offered_for(self.CHANNEL) | offered_for("").filter(pk=self.chosen_id)
            self.fields["template"].queryset = kept if revision else offered
            self._say_why_not()

    def _say_why_not(self) -> None:
        """Say beside a coupon that was chosen before why it cannot be handed out in this way."""
        chosen = CouponTemplate.objects.select_related("current_revision").filter(pk=self.chosen_id)
        for template in chosen.exclude(current_revision=None):
            if why := self.CHANNEL and why_not_given_by(template.current_revision, self.CHANNEL):
                self.fields["template"].help_text = gettext(why)

    def initial_of_new(self) -> dict[str, Any]:
        """Return what the fields of a new activity begin with."""
        return {"per_customer": 1}

    def initial_of(self, revision: Any, subject: Any) -> dict[str, Any]:
        """Return what the fields of a draft begin with."""
        said = {name: getattr(revision, name) for name in self.COLUMNS}
        kept = {name: getattr(subject, name) for name in self.KEPT}
        return said | kept

    def clean_per_customer(self) -> int:
        return self.cleaned_data["per_customer"] or 1

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", gettext("The end must be later than the start."))
        self._check_channel(cleaned)
        return cleaned

    def channel(self, cleaned: dict[str, Any]) -> str:
        """Return the way in which coupons are handed out (IssueChannel)."""
        return self.CHANNEL

    def _check_channel(self, cleaned: dict[str, Any]) -> None:
        template, channel = cleaned.get("template"), self.channel(cleaned)
        allowed = template.current_revision if template else None
        if channel and allowed and (why := why_not_given_by(allowed, channel)):
            self.add_error("template", gettext(why))

    def content(self) -> Content:
        """Return what the draft shall say."""
        return Content(fields={name: self.cleaned_data[name] for name in self.COLUMNS}, rows={})

    def owner(self) -> dict[str, Any]:
        """Return the columns of the activity itself."""
        return {name: self.cleaned_data[name] for name in self.KEPT}

    def words_section(self, title: Any) -> Section:
        return section(self, title, WORDS)

    def period_section(self) -> Section:
        zone = gettext("All times are in the site's time zone: %(zone)s.") % {"zone": settings.TIME_ZONE}
        return section(self, _("Period"), PERIOD, hint=zone)

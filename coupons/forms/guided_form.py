"""A coupon and its claim campaign on one page: two forms side by side that stay two, and two objects in the end."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms.utils import ErrorList
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.commands.drafting import Content
from campaigns.forms.aim import check_aim
from campaigns.forms.inputs import Section
from coupons.channels import channel_of, is_given_by
from coupons.forms.activity_form import WORDS
from coupons.forms.claim_campaign_form import ClaimCampaignForm
from coupons.forms.template_content import ISSUE_AUDIENCE
from coupons.forms.template_form import TemplateForm, template_form_for
from coupons.models import ClaimCampaignRevision, CouponTemplateRevision
from coupons.validity import check_claiming
from pricing.engine.errors import Refusal
from pricing.wording import say


class ClaimOfNewCouponForm(ClaimCampaignForm):
    """The claim campaign of a coupon that is set up with it: it has the coupon's words, and its risk profile binds."""

    COLUMNS = tuple(name for name in ClaimCampaignForm.COLUMNS if name not in (*WORDS, "risk_profile"))
    KEPT = ()

    template = risk_profile = None
    name = name_zh = description = description_zh = None


class GuidedForm:
    """Both forms as one for the page; `coupon_content()` and `claim_content()` are what drafting stores."""

    kept_list = ""
    side_template = ""

    def __init__(self, code: str, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        self.coupon: TemplateForm = template_form_for(code)(data, initial=initial or {})
        for name in ISSUE_AUDIENCE:  # the inputs of the claim bear the same names, and say it for both
            del self.coupon.fields[name]
        self.claim = ClaimOfNewCouponForm(data, initial=initial or {})

    def is_valid(self) -> bool:
        """Judge each form by itself, then the two together."""
        both = [self.coupon.is_valid(), self.claim.is_valid()]
        if all(both):
            self._check_together()
        return not self.errors

    @property
    def fields(self) -> dict[str, forms.Field]:
        return {**self.claim.fields, **self.coupon.fields}

    @property
    def errors(self) -> dict[str, Any]:
        return {**self.claim.errors, **self.coupon.errors}

    @property
    def media(self) -> forms.Media:
        return self.coupon.media + self.claim.media

    def non_field_errors(self) -> ErrorList:
        both = (self.coupon, self.claim)
        return ErrorList(error for form in both for error in form.errors.get(NON_FIELD_ERRORS, ()))

    def add_error(self, field: str | None, error: Any) -> None:
        (self.claim if field in self.claim.fields else self.coupon).add_error(field, error)

    def coupon_content(self) -> Content:
        return self.coupon.content()

    def claim_content(self) -> Content:
        said = self.claim.content()
        words = {name: self.coupon.cleaned_data[name] for name in WORDS}
        return Content(fields={**said.fields, **words}, rows=said.rows)

    def sections(self) -> Iterator[Section]:
        """Yield the parts of both forms, each saying whose it is."""
        for form, title in ((self.coupon, _("Coupon: %(part)s")), (self.claim, _("Claiming: %(part)s"))):
            for part in form.sections():
                if part.fields:
                    yield replace(part, title=str(title) % {"part": part.title})

    def _check_together(self) -> None:
        coupon, claim = self.coupon.cleaned_data, self.claim.cleaned_data
        check_aim(self.claim, {**claim, "shop": coupon["shop"]})
        columns = ("validity", "valid_from", "valid_until", "valid_days", "starts_after_days", "issue_channels")
        fields = self.coupon_content().fields
        template = CouponTemplateRevision(**{name: fields[name] for name in columns if name in fields})
        claiming = ClaimCampaignRevision(ends_at=claim["ends_at"], by_link=claim["by_link"])
        if not is_given_by(template, channel_of(claiming)):
            text = gettext("Choose the way in which it is claimed below, or leave all open.")
            self.add_error("issue_channels", text)
        try:
            check_claiming(template=template, claiming=claiming, field="ends_at")
        except Refusal as refusal:
            self.add_error(refusal.field, say(refusal))

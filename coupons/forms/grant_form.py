"""The form of a grant by hand: which coupon, what for, and to whom, as a file or pasted rows."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from campaigns.commands.drafting import Content
from campaigns.customer_rows import WrongFile, text_of
from campaigns.forms.customer_import import file_field
from campaigns.forms.inputs import Section, long_text, section, text
from coupons.commands.grants import store_list
from coupons.grant_rows import MOST_ROWS, Tried, try_rows
from coupons.lifecycle import ReviewedState
from coupons.models import CouponGrantRevision, CouponTemplate
from coupons.selectors.grants import list_of

MOST_KEPT = 1_000_000  # a longer text is not sent back to the page: the file is chosen again
SHOWN_ROWS = 200


class GrantForm(forms.Form):
    """Afterwards `tried` says what is wrong with each row; `content()` stores rows that are all right."""

    report_template = "coupons/admin/grant_report.html"
    tried: Tried | None = None

    template = forms.ModelChoiceField(
        label=_("Coupon"),
        queryset=CouponTemplate.objects.none(),
        widget=UnfoldAdminSelectWidget,
        help_text=_("Approved coupon templates."),
    )
    name = text(_("What for"), longest=120, required=True, help_text=_("For the list; customers do not see it."))
    description = long_text(_("Reason"), help_text=_("Approvers read it; it stays in the history."))
    file = file_field(
        _("CSV: customer number, account name, e-mail or phone; beside it the number of coupons, 1 if empty.")
    )
    pasted = forms.CharField(
        label=_("Or pasted rows"),
        required=False,
        strip=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 8, "spellcheck": "false", "class": "font-mono"}),
    )

    def __init__(
        self, *args: Any, revision: CouponGrantRevision | None = None, initial: Any = None, **kwargs: Any
    ) -> None:
        said = {"name": revision.name, "description": revision.description} if revision else {}
        said |= {"template": revision.grant.template_id} if revision else {}
        super().__init__(*args, initial={**said, **(initial or {})}, **kwargs)
        self.revision, self.kept = revision, list_of(revision) if revision else None
        chosen = self.fields["template"]
        meant = {"pk": revision.grant.template_id} if revision else {"state": ReviewedState.APPROVED}
        chosen.queryset = CouponTemplate.objects.filter(**meant).select_related("current_revision")
        chosen.disabled = revision is not None
        self.fields["description"].required = True

    @property
    def kept_list(self) -> str:
        """Say which rows the draft holds already."""
        if self.kept is None:
            return ""
        figures = {"rows": self.kept.size, "coupons": self.kept.coupons}
        text = gettext("The draft holds %(rows)s customers with %(coupons)s coupons; rows given here replace them.")
        return text % figures

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        file, pasted, template = cleaned.get("file"), cleaned.get("pasted") or "", cleaned.get("template")
        place = "file" if file else "pasted"
        if template is None or (not file and not pasted.strip() and self.kept):
            return cleaned
        if not file and not pasted.strip():
            raise ValidationError({"file": gettext("Choose a file, or paste rows.")})
        try:
            self.text = text_of(file.read()) if file else pasted
            self.tried = try_rows(self.text, template)
        except WrongFile as wrong:
            raise ValidationError({place: str(wrong)}) from None
        except OperationalError:
            text = gettext("So many rows take too long just now. Nothing was changed; please try again later.")
            raise ValidationError({place: text}) from None
        if self.tried.complaints:
            text = gettext("%(wrong)s of %(total)s rows are wrong: correct them and send all again.")
            raise ValidationError({place: text % {"wrong": len(self.tried.complaints), "total": self.tried.size}})
        return cleaned

    def keep_text(self) -> None:
        """Let the rows of a file stand among the pasted ones when the page is shown again."""
        if self.tried and len(self.text) <= MOST_KEPT:
            self.data = self.data.copy()
            self.data["pasted"] = self.text

    @property
    def shown_rows(self) -> list[Any]:
        """The rows of the report: what is wrong first."""
        if self.tried is None:
            return []
        return [*self.tried.complaints[:SHOWN_ROWS], *self.tried.rows][:SHOWN_ROWS]

    def content(self) -> Content:
        """Store the rows and return what the draft shall say."""
        said = self.cleaned_data
        key = store_list(self.tried) if self.tried else self.revision.list_key
        words = {"name": said["name"], "name_zh": said["name"], "description": said["description"]}
        return Content(fields={**words, "description_zh": "", "list_key": key}, rows={})

    def sections(self) -> Iterator[Section]:
        yield section(self, _("Coupon"), ["template", "name", "description"])
        hint = _("At most %(most)s rows. A heading is passed over.") % {"most": MOST_ROWS}
        yield section(self, _("To whom"), ["file", "pasted"], hint=hint, pairs=False)

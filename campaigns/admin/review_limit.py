"""Limits of what one approver may let pass: the list is the history, a new row puts new limits in force."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from campaigns.commands.review import REVIEWS
from campaigns.commands.review_limits import set_review_limit
from campaigns.forms.inputs import choice, long_text
from campaigns.models import ReviewLimit
from pricing.forms.fields import MoneyField, PercentField
from pricing.wording import money_text, plain_percent


def _kinds() -> list[tuple[str, Any]]:
    return [(kind, review.tables.subjects._meta.verbose_name_plural) for kind, review in sorted(REVIEWS.items())]


class ReviewLimitForm(forms.ModelForm):
    """New limits of one kind; whoever is the reader types percent, in Chinese too."""

    kind = choice(_("Kind"), _kinds)
    depth_bp = PercentField(
        label=_("Discount depth up to"),
        required=False,
        help_text=_("What one approver may let pass, of the list price of a cart. Empty = not limited."),
    )
    budget_cents = MoneyField(
        label=_("Budget up to"),
        required=False,
        help_text=_("Above it, and where there is no budget at all, two people have to approve. Empty = not limited."),
    )
    reason = long_text(_("Reason"), help_text=_("It stays in the history, and everybody who approves is told."))

    class Meta:
        model = ReviewLimit
        fields = ["kind", "depth_bp", "budget_cents", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True


@admin.register(ReviewLimit)
class ReviewLimitAdmin(ModelAdmin):
    form = ReviewLimitForm
    list_display = ["kind_name", "depth", "budget", "standing", "by", "at", "reason"]
    list_per_page = 50
    list_select_related = ["by"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReviewLimit]:
        later = ReviewLimit.objects.filter(kind=OuterRef("kind"), pk__gt=OuterRef("pk"))
        return super().get_queryset(request).annotate(is_in_force=~Exists(later))

    def save_model(self, request: HttpRequest, obj: ReviewLimit, form: Any, change: bool) -> None:
        set_review_limit(obj, by=request.user, at=timezone.now())

    @admin.display(description=_("kind"))
    def kind_name(self, limit: ReviewLimit) -> str:
        return str(dict(_kinds()).get(limit.kind, limit.kind))

    @admin.display(description=_("discount depth up to"))
    def depth(self, limit: ReviewLimit) -> str:
        return "–" if limit.depth_bp is None else f"{plain_percent(limit.depth_bp)} %"

    @admin.display(description=_("budget up to"))
    def budget(self, limit: ReviewLimit) -> str:
        return "–" if limit.budget_cents is None else money_text(limit.budget_cents)

    @admin.display(description=_("in force"), boolean=True)
    def standing(self, limit: ReviewLimit) -> bool:
        return limit.is_in_force

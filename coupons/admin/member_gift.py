"""The screens of gifts to members: set up, approved, and what has come of each occasion."""

from collections.abc import Collection
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Value, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from campaigns.admin.acts import Standing
from campaigns.admin.facts import Fact, moment
from campaigns.admin.reviewed import draft_key
from campaigns.admin.stages import StageFilter
from campaigns.models import MemberLevel
from coupons.admin.activity import ActivityAdmin
from coupons.admin.facts import rule_text, validity_text
from coupons.commands.gift_giving import try_again
from coupons.commands.member_gifts import MEMBER_GIFT_REVIEW, create_member_gift
from coupons.forms.member_gift_form import MemberGiftForm
from coupons.models import GiftDue, MemberGift, MemberGiftRevision, Occasion
from coupons.selectors.member_gifts import Figures, figures_of_gifts
from pricing.engine.messages import Message
from pricing.wording import say

SHOWN = 200


def member_gift_facts(revision: MemberGiftRevision) -> list[Fact]:
    """Return everything that a gift's revision says, in the order of the form."""
    gift = revision.gift
    handed_out = gift.template.current_revision
    level = MemberLevel.objects.filter(code=revision.level).first() if revision.level else None
    reached = [Fact(_("Member level"), level.local_name if level else revision.level)] if revision.level else []
    return [
        Fact(_("Coupon"), f"{gift.template} ({rule_text(handed_out)})" if handed_out else str(gift.template)),
        Fact(_("Validity"), validity_text(handed_out) if handed_out else _("not approved yet")),
        Fact(_("Occasion"), str(gift.get_occasion_display())),
        *reached,
        Fact(_("Name"), revision.name),
        Fact(_("Chinese name"), revision.name_zh),
        Fact(_("Description"), "\n".join(filter(None, [revision.description, revision.description_zh]))),
        Fact(_("Starts at"), moment(revision.starts_at)),
        Fact(_("Ends at"), moment(revision.ends_at)),
    ]


@admin.register(MemberGift)
class MemberGiftAdmin(ActivityAdmin):
    review = MEMBER_GIFT_REVIEW
    form_class = MemberGiftForm
    facts = staticmethod(member_gift_facts)
    list_display = ["title", "coupon", "occasion", "period", "standing", "given", "refused"]
    list_filter = [StageFilter, "occasion"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.dues_view))
        return [path("<int:pk>/dues/", view, name="coupons_membergift_dues"), *super().get_urls()]

    def figures_of(self, ids: Collection[int]) -> dict[int, Figures]:
        return figures_of_gifts(ids)

    def facts_and_figures(self, standing: Standing, shown: Any, figures: Figures | None) -> list[tuple[Any, Any]]:
        found = figures or Figures()
        address = reverse("admin:coupons_membergift_dues", args=[standing.subject.pk])
        link = format_html('<a class="promo-link" href="{}">{}</a>', address, _("one by one"))
        return [(_("given"), found.given), (_("refused"), found.refused), (_("occasions"), link)]

    @admin.display(description=gettext_lazy("given"))
    def given(self, gift: MemberGift) -> str:
        return str((gift.figures or Figures()).given)

    @admin.display(description=gettext_lazy("refused"))
    def refused(self, gift: MemberGift) -> str:
        return str((gift.figures or Figures()).refused)

    def create(self, request: HttpRequest, form: Any) -> MemberGift:
        who_and_when = {"by": request.user, "at": timezone.now(), "key": draft_key(request)}
        return create_member_gift(content=form.content(), **form.owner(), **who_and_when)

    def dues_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What came of the latest occasions; a POST lets the timer try again what was refused."""
        gift = self.get_object(request, str(pk))
        if gift is None:
            raise Http404
        may_change = self.has_change_permission(request, gift)
        if request.method == "POST":
            if not may_change:
                raise PermissionDenied
            tried = try_again(gift_id=pk)
            messages.success(request, _("They are tried again within some minutes: %(count)s.") % {"count": tried})
            return HttpResponseRedirect(request.path)
        if not self.has_view_permission(request, gift):
            raise PermissionDenied
        figures = figures_of_gifts([pk]).get(pk, Figures())
        context = {
            **self._context(request, title=_("Occasions of %(gift)s") % {"gift": gift}),
            "rows": _shown(gift),
            "figures": figures,
            "may_try": may_change and figures.refused,
            "back_url": self.page_url(pk),
        }
        return render(request, "coupons/admin/gift_dues.html", context)


def _shown(gift: MemberGift) -> list[dict[str, Any]]:
    """The latest occasions: those that were refused first, then those that wait, then those that are given."""
    turn = Case(When(coupon__isnull=False, then=Value(3)), When(refused="", then=Value(2)), default=Value(1))
    dues = GiftDue.objects.filter(gift=gift).select_related("customer", "coupon")
    rows = dues.order_by(turn, "-pk")
    return [
        {
            "customer": due.customer,
            "occasion": _occasion_text(gift, due.occasion),
            "at": due.at,
            "what": say(Message(due.refused, due.figures)) if due.refused else "",
            "coupon": due.coupon,
        }
        for due in rows[:SHOWN]
    ]


def _occasion_text(gift: MemberGift, key: str) -> str:
    if gift.occasion == Occasion.SIGN_UP:
        return _("signed up")
    if gift.occasion == Occasion.LEVEL_UP:
        return _("rose to %(level)s") % {"level": key.partition(":")[2]}
    return _("birthday %(year)s") % {"year": key}

"""What time does to risk control: staff hears of what is held, nothing waits for ever, and traces are forgotten."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max, Q
from django.urls import reverse

from campaigns.commands.staff_notices import settle_notices, tell_staff
from campaigns.models import StaffNotice
from campaigns.selectors.staff import staff_with
from coupons.commands.risk_lists import say_on_lists
from coupons.models import CaseState, GiftDue, RiskAttempt, RiskCase
from coupons.risk.signals import LONGEST_WINDOW_DAYS
from pricing.engine.messages import N_, Message
from pricing.transactions import command

MOST_AT_ONCE = 50_000
WINDOW = timedelta(days=LONGEST_WINDOW_DAYS + 1)
NOTICE = "risk:held:"
TOLD = N_("Attempts held by risk control that wait for a decision: %(held)s.")


@command
def tell_of_held(*, at: datetime) -> int:
    """Tell everybody who decides about held attempts how many wait, in one notice each; return how many were told.

    Whoever has not read the last one finds the new number in it. When nothing waits any more, all are settled.
    A notice is named by the newest attempt that had been held by then, decided or not: whoever has had one of that
    name is told again only of a newer one.
    """
    waiting = RiskCase.objects.filter(state=CaseState.WAITING)
    held = waiting.count()
    unread = StaffNotice.objects.filter(key__startswith=NOTICE).filter(Q(read_at=None) | Q(mail_due_at__isnull=False))
    if not held:
        settle_notices(keys=unread.values_list("key", flat=True), at=at)
        return 0
    still_unread = unread.filter(read_at=None)
    newest = RiskCase.objects.aggregate(pk=Max("pk"))["pk"]
    key = f"{NOTICE}{newest}"
    still_unread.exclude(figures={"held": held}).update(figures={"held": held})
    still_unread.exclude(user__in=StaffNotice.objects.filter(key=key).values("user")).update(key=key)
    deciders = staff_with("coupons.decide_riskcase").exclude(pk__in=still_unread.values("user"))
    link = f"{reverse('admin:coupons_riskcase_changelist')}?state__exact={CaseState.WAITING}"
    told = StaffNotice.objects.filter(key=key).count()
    tell_staff(users=deciders, text=Message(TOLD, {"held": held}), link=link, at=at, key=key)
    return StaffNotice.objects.filter(key=key).count() - told


@command
def lapse_cases(*, at: datetime) -> int:
    """Close what nobody has decided about in time: whoever tries again is judged anew; return how many.

    Gifts and rows of grants that were held say so from now on, and that somebody has to try them again.
    """
    old = RiskCase.objects.filter(state=CaseState.WAITING, opened_at__lte=at - timedelta(days=settings.RISK_CASE_DAYS))
    lapsing = list(old.select_for_update())
    say_on_lists(lapsing, source=CaseState.WAITING, target=CaseState.LAPSED)
    return RiskCase.objects.filter(pk__in=[case.pk for case in lapsing]).update(state=CaseState.LAPSED, decided_at=at)


@command
def forget_attempts(*, at: datetime) -> int:
    """Delete attempts that no rule counts any more, with the cases that lapsed; return how many.

    What people have decided about stays, but not from where it came.
    """
    before = at - WINDOW
    RiskCase.objects.filter(state=CaseState.LAPSED, moves=None, attempt__at__lt=before).delete()
    traced = Q(address__isnull=False) | Q(device__isnull=False)
    old = RiskAttempt.objects.filter(at__lt=before)
    forgotten = old.filter(case=None).order_by("at").values_list("pk", flat=True)[:MOST_AT_ONCE]
    deleted = RiskAttempt.objects.filter(pk__in=list(forgotten)).delete()[0]
    old.filter(traced, case__isnull=False).update(address=None, device=None)
    GiftDue.objects.filter(traced, at__lt=before).update(address=None, device=None)
    return deleted

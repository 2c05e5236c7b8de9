"""The budget of a template: what it holds, who pays for it, and every entry, on a page and as a file."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from coupons.admin.columns import out_of
from coupons.admin.facts import most_per_minute
from coupons.admin.order_links import sources_in_words
from coupons.models import CouponTemplate, TemplateBudget
from coupons.selectors.budget_entries import entries_of, sums_by_move
from pricing.csv_text import amount, csv_lines
from pricing.engine.allocation import split
from pricing.engine.money import WHOLE_BP
from pricing.wording import money_text, plain_percent

SHOWN = 100
AT_ONCE = 2_000  # rows of the file that are fetched together


def purse_rows(template: CouponTemplate) -> list[tuple[str, str]]:
    """Return what is known of a template's purse as labelled texts; none before its first approval."""
    purse = TemplateBudget.objects.filter(pk=template.pk).first()
    if purse is None or template.current_revision is None:
        return []
    total = None if purse.total_cents is None else money_text(purse.total_cents)
    return [
        (_("Issued"), out_of(purse.issued, purse.issue_total) + _share(purse.issued, purse.issue_total)),
        (
            _("Reserved or spent"),
            out_of(money_text(purse.used_cents), total) + _share(purse.used_cents, purse.total_cents),
        ),
        *((who, money_text(cents)) for who, cents in payers(template, purse.used_cents)),
        (_("Most in a minute"), most_per_minute(purse)),
    ]


def payers(template: CouponTemplate, cents: int) -> Iterator[tuple[str, int]]:
    """Yield who pays for how many of these cents, by the shares of the version in force; to the cent."""
    platform_bp = template.current_revision.platform_share_bp
    shop = template.shop.local_name if template.shop else _("the shop")
    shares = {_("the platform"): platform_bp, shop: WHOLE_BP - platform_bp}
    for (who, share_bp), part in zip(shares.items(), split(cents, list(shares.values())), strict=True):
        if share_bp:
            yield _("Paid by %(who)s (%(percent)s %%)") % {"who": who, "percent": plain_percent(share_bp)}, part


def budget_page(request: HttpRequest, frame: dict[str, Any], template: CouponTemplate) -> HttpResponse:
    """What the budget holds and its entries, newest first, a hundred at a time."""
    before = request.GET.get("before", "")
    last = int(before) if before.isascii() and before.isdecimal() and len(before) < 19 else None
    entries = list(entries_of(template_id=template.pk, before=last)[: SHOWN + 1])
    sums = sums_by_move(template_id=template.pk)
    said = sources_in_words(entry.source for entry in entries)
    context = {
        **frame,
        "title": _("Budget: %(coupon)s") % {"coupon": template},
        "template": template,
        "page_url": reverse("admin:coupons_coupontemplate_change", args=[template.pk]),
        "file_url": reverse("admin:coupons_coupontemplate_budget_file", args=[template.pk]),
        "rows": purse_rows(template),
        "sums": [(row.move.label, row.count, _signed(row.cents)) for row in sums],
        "sum": _signed(sum(row.cents for row in sums)),
        "entries": [(entry, _signed(entry.amount_cents), said[entry.source]) for entry in entries[:SHOWN]],
        "older": entries[SHOWN - 1].pk if len(entries) > SHOWN else None,
        "is_first": last is None,
    }
    return render(request, "coupons/admin/budget.html", context)


def budget_file(template: CouponTemplate) -> StreamingHttpResponse:
    """Every entry, newest first, as CSV."""
    header = (
        _("entry"),
        _("at"),
        _("coupon"),
        _("what"),
        _("amount (%(unit)s)") % {"unit": settings.CURRENCY},
        _("for"),
    )
    rows = (
        (
            entry.pk,
            timezone.localtime(entry.at).isoformat(sep=" ", timespec="seconds"),
            entry.coupon.number,
            str(entry.get_move_display()),
            amount(entry.amount_cents),
            entry.source,
        )
        for entry in entries_of(template_id=template.pk).iterator(AT_ONCE)
    )
    named = {"Content-Disposition": f'attachment; filename="coupon-budget-{template.pk}.csv"'}
    return StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv; charset=utf-8", headers=named)


def _signed(cents: int) -> str:
    return f"−{money_text(-cents)}" if cents < 0 else money_text(cents)


def _share(part: int, whole: int | None) -> str:
    return f" ({plain_percent(part * WHOLE_BP // whole)} %)" if whole else ""

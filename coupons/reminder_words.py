"""What a reminder says, in both languages: nobody has told us which one the reader prefers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_skeleton
from django.utils.translation import gettext, ngettext, override

from coupons.models import Coupon
from coupons.validity import last_day
from pricing.wording import reader_locale

NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Words:
    """A title and a text with one coupon in a line."""

    title: str
    text: str


def in_both_languages(coupons: Sequence[Coupon]) -> tuple[Words, Words]:
    """Return the reminder of these coupons in English and in Chinese, what ends first on top. No query."""
    ordered = sorted(coupons, key=lambda coupon: (coupon.valid_until, coupon.pk))
    found = []
    for language in ("en", "zh-hans"):
        with override(language):
            found.append(_words(ordered))
    return found[0], found[1]


def _words(coupons: Sequence[Coupon]) -> Words:
    count, more = len(coupons), len(coupons) - NAMES_SHOWN
    title = ngettext(
        "%(count)s of your coupons is about to expire", "%(count)s of your coupons are about to expire", count
    )
    lines = [
        gettext("%(coupon)s: until %(day)s") % {"coupon": coupon.revision.local_name, "day": _day(coupon.valid_until)}
        for coupon in coupons[:NAMES_SHOWN]
    ]
    if more > 0:
        lines.append(ngettext("and %(more)s more", "and %(more)s more", more) % {"more": more})
    return Words(title % {"count": count}, "\n".join(lines))


def _day(valid_until: datetime) -> str:
    return str(format_skeleton("MMMd", last_day(valid_until), locale=reader_locale()))

"""What an entry or a step was for, in words: orders by the number that people know, with the way to their page."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.sources import ask

# What a source of the ledger means that names no order; it stands for itself where nothing is said here.
SAID = {
    "issue": gettext_lazy("the issue"),
    "expiry": gettext_lazy("the end of its validity"),
    "recall:by hand": gettext_lazy("taken back by hand"),
    "recall:payment deadline": gettext_lazy("taken back: too little is kept of the order that earned it"),
}


def order_links(keys: Iterable[object]) -> dict[str, str]:
    """Return the links of those keys that are orders, by key as text. One query, or none."""
    wanted = [str(key) for key in keys if _is_key(str(key))]
    pages = ask("order_pages", wanted, default={}) if wanted else {}
    return {
        key: format_html('<a class="promo-link" href="{}">{}</a>', url, _("order %(number)s") % {"number": number})
        for key, (number, url) in pages.items()
    }


def sources_in_words(sources: Iterable[str]) -> dict[str, str]:
    """Return what each source of the budget's ledger means. One query, or none."""
    named = set(sources)
    links = order_links(_key_of(source) for source in named)
    return {source: links.get(_key_of(source)) or str(SAID.get(source, source)) for source in named}


def _key_of(source: str) -> str:
    return source.rpartition(":")[2]


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True

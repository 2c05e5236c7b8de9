"""The Chinese catalogue says everything that our own code says."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

PACKAGES = ("pricing", "campaigns", "coupons", "storefront", "analytics", "promo_site")
KEYWORDS = {
    **dict.fromkeys(("_", "N_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
}
LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
IN_TEMPLATE = re.compile(rf"\b(p?)(n?)gettext\(\s*({LITERAL})(?:\s*,\s*({LITERAL}))?")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with (settings.BASE_DIR / "locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as source:
        return read_po(source, locale="zh_Hans")


def texts_of_code() -> Iterator[tuple[str | None, str]]:
    """Yield (context, English text) of everything that Python files and templates mark for translation."""
    for package in PACKAGES:
        for file in sorted((settings.BASE_DIR / package).rglob("*.py")):
            with file.open("rb") as source:
                found = list(extract("python", source, keywords=KEYWORDS))
            yield from ((context, text if isinstance(text, str) else text[0]) for _, text, _, context in found)
    for file in sorted((settings.BASE_DIR / "templates").rglob("*")):
        if file.is_file():
            yield from _texts_of_template(file)


def _texts_of_template(file: Path) -> Iterator[tuple[str | None, str]]:
    for found in IN_TEMPLATE.finditer(templatize(file.read_text(encoding="utf-8"))):
        has_context, _, first, second = found.groups()
        first, second = ast.literal_eval(first), ast.literal_eval(second) if second else None
        yield (first, second) if has_context else (None, first)


def written(message: Message | None) -> list[str]:
    """The Chinese of a message, one text for each plural form; none where there is no message."""
    if message is None:
        return [""]
    return [message.string] if isinstance(message.string, str) else list(message.string)


@pytest.mark.req("PLT-04")
def test_every_text_of_our_own_code_has_its_chinese(catalogue):
    texts = set(texts_of_code())
    assert len(texts) > 500
    missing = {text for context, text in texts if not all(written(catalogue.get(text, context)))}
    assert missing == set(), "translate these in locale/zh_Hans (make messages collects them)"


@pytest.mark.req("PLT-04")
def test_nothing_in_the_catalogue_is_unfinished_or_left_over(catalogue):
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []
    assert list(catalogue.obsolete) == []


@pytest.mark.req("PLT-04")
def test_translations_keep_the_figures_of_the_text(catalogue):
    def figures(text: str) -> set[str]:
        return {name for found in PLACEHOLDER.findall(text) for name in found}

    differing = {
        message.id: chinese
        for message in catalogue
        if message.id and all(written(message))
        for chinese in written(message)
        if figures(chinese) != figures(message.id if isinstance(message.id, str) else message.id[-1])
    }
    assert differing == {}

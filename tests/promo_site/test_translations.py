import gettext
import os

import pytest

from promo_site.translations import LOCALE, compile_catalogues, texts_said_twice

PO = """msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "Cart"
msgstr "购物车"

#, fuzzy
msgid "Card"
msgstr "购物车"
"""


@pytest.fixture
def catalogue(tmp_path):
    folder = tmp_path / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO, encoding="utf-8")
    return folder / "django.po"


@pytest.mark.req("PLT-04")
def test_catalogue_is_compiled_once_and_again_after_a_change(catalogue, tmp_path):
    assert compile_catalogues(tmp_path) == [catalogue.with_suffix(".mo")]
    with catalogue.with_suffix(".mo").open("rb") as compiled:
        said = gettext.GNUTranslations(compiled)
    assert (said.gettext("Cart"), said.gettext("Card")) == ("购物车", "Card")
    assert compile_catalogues(tmp_path) == []

    later = catalogue.with_suffix(".mo").stat().st_mtime + 1
    os.utime(catalogue, (later, later))
    assert compile_catalogues(tmp_path) == [catalogue.with_suffix(".mo")]


@pytest.mark.req("PLT-04")
def test_no_text_stands_twice_in_a_catalogue_unless_its_context_differs(catalogue):
    with catalogue.open("a", encoding="utf-8") as po:
        po.write('\nmsgctxt "post"\nmsgid "Card"\nmsgstr "卡片"\nmsgid ""\n"Ca"\n"rt"\nmsgstr "车"\n')
    assert texts_said_twice(catalogue) == ["Cart"]
    assert {po.parts[-3]: texts_said_twice(po) for po in LOCALE.glob("*/LC_MESSAGES/*.po")} == {"zh_Hans": []}

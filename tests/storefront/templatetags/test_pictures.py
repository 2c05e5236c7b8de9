"""Pictures of products, and the drawing for those without."""

import pytest

from pricing.models import Product
from storefront.templatetags.pictures import picture

pytestmark = pytest.mark.req("SHP-01")

HASHED = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}


def test_picture_is_served_from_the_static_files():
    assert picture(Product(code="a", picture="demo/novel.svg"))["address"] == "/static/demo/novel.svg"


def test_picture_that_was_never_collected_is_drawn_instead_of_breaking_the_page(settings):
    settings.STORAGES = settings.STORAGES | HASHED
    shown = picture(Product(code="a", name="\u201ctea\u201d", picture="demo/misspelt.svg"))
    assert (shown["address"], shown["letter"]) == ("", "T")


def test_colour_of_the_drawing_stays_with_the_product():
    assert picture(Product(code="a"))["ground"] == picture(Product(code="a"))["ground"] < 6

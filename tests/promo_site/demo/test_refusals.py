"""No demo where it does not belong: outside a demo, and where there is a catalogue already."""

import pytest
from django.core.management import CommandError, call_command

from pricing.models import Category, Product, Shop
from tests.promo_site.demo.contents import counts

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_demo(settings):
    settings.DEMO = True


def test_demo_data_is_refused_outside_a_demo(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="known passwords"):
        call_command("load_demo")
    assert counts() == dict.fromkeys(counts(), 0)


def test_a_catalogue_that_is_there_keeps_the_demo_out(as_demo, capsys):
    Shop.objects.create(code="own", name="Own")
    category = Category.objects.create(code="own", name="Own")
    Product.objects.create(code="own", name="Own", shop=Shop.objects.get(), category=category)
    call_command("load_demo", if_empty=True)
    assert Product.objects.get().code == "own"
    assert capsys.readouterr().out == ""

"""Pages for what went wrong: plain, in both languages, and without asking the database anything."""

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils.translation import override

from pricing.transactions import BUSY, Busy
from storefront.views import home

pytestmark = pytest.mark.req("PLT-04")

PAGES = ("400", "403", "403_csrf", "404", "409", "429", "500")


@pytest.mark.parametrize("page", PAGES)
def test_error_page_needs_no_database_and_speaks_both_languages(page):
    texts = []
    for language in ("en", "zh-hans"):
        with override(language):
            texts.append(render_to_string(f"{page}.html"))
        assert f'<html lang="{language}"' in texts[-1]
    assert texts[0].split("<h1>")[1] != texts[1].split("<h1>")[1]


@pytest.mark.django_db
def test_a_bug_is_a_500_page_that_tells_nothing_about_it(monkeypatch):
    def broken(positions, *, customer, at):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(home, "claimable_in", broken)
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "secret detail" not in answer.text
    assert "script-src" in answer["Content-Security-Policy"]


@pytest.mark.django_db
def test_page_that_waited_too_long_for_others_is_a_409_that_says_so(guest, monkeypatch):
    def busy(positions, *, customer, at):
        raise Busy(BUSY)

    monkeypatch.setattr(home, "claimable_in", busy)
    answer = guest.get("/")
    assert answer.status_code == 409
    assert "Nothing was charged. Please reload the page and look at it again." in answer.text

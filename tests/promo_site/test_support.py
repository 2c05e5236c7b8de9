import pytest


@pytest.mark.browser
def test_browser_shows_the_login_page_with_its_styles_and_without_problems(live):
    page = live.page(phone=True)
    answer = page.goto("/admin/login/")
    assert answer.status == 200
    assert page.locator("input[name=username]").is_visible()
    assert page.evaluate("document.styleSheets.length") > 0
    assert live.problems == []

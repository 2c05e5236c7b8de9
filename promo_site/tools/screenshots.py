"""Take docs/screenshots/ anew: `python -m promo_site.tools.screenshots`, or `make screenshots`.

Starts a demo of its own (other port, other data, both gone afterwards) and walks through it: on a desk and on a phone
in English, and past a few pages in Chinese.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from promo_site.demo_logins import DEMO_LOGINS, DemoLogin

PROJECT = Path(__file__).resolve().parent.parent.parent
TARGET = PROJECT / "docs" / "screenshots"
PLACE = PROJECT / ".local" / "screenshots"
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars"]
SHAPES: dict[str, dict[str, object]] = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}
OFFICE_LOGIN = "/admin/login/?next=/admin/"
TIME_ZONE = "Asia/Shanghai"  # the site's: elsewhere the date fields would carry a warning
TO_THE_TOP = "document.querySelectorAll('*').forEach(part => { if (part.scrollTop) part.scrollTop = 0; })"
LANGUAGES = {"": "en", "-zh": "zh-CN"}


def main() -> int:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        print("No Chromium found: install Debian's `chromium` or set CHROMIUM to its path.", file=sys.stderr)
        return 1
    TARGET.mkdir(parents=True, exist_ok=True)
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=OPTIONS)
        for device in SHAPES:
            _walk_the_shop(Camera(browser, address, device))
        _walk_the_office(browser, address, "desktop")
        _glance_in_chinese(browser, address)
        browser.close()
    return 0


@contextmanager
def demo() -> Iterator[str]:
    """Run a demo of its own and yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment |= {"PROMO_LOCAL": str(PLACE), "PORT": str(port), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "manage.py", "demo"]
    process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        while line := process.stdout.readline():
            if "Ctrl-C stops everything" in line:
                break
        else:
            sys.exit("The demo did not start: see above.")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        subprocess.run([sys.executable, "-m", "promo_site.embedded", "reset"], cwd=PROJECT, env=environment, check=True)


class Camera:
    """One visitor's page; `take` keeps what it shows under a name that ends with the device (and -zh)."""

    def __init__(self, browser: Browser, address: str, device: str) -> None:
        self.suffix = device
        shape = SHAPES[device.removesuffix("-zh")]
        language = LANGUAGES["-zh" if device.endswith("-zh") else ""]
        self.page: Page = browser.new_context(
            base_url=address, locale=language, timezone_id=TIME_ZONE, **shape
        ).new_page()  # type: ignore[arg-type]

    def visit(self, path: str) -> None:
        answer = self.page.goto(path, wait_until="networkidle")
        if answer is None or answer.status >= 400:
            sys.exit(f"{path} answers {answer.status if answer else 'nothing'}; no screenshots of that.")

    def take(self, name: str, path: str | None = None) -> None:
        if path:
            self.visit(path)
        self.page.evaluate(TO_THE_TOP)
        file = TARGET / f"{name}-{self.suffix}.png"
        self.page.screenshot(path=file, animations="disabled")
        print(file.relative_to(PROJECT), flush=True)

    def link(self, pattern: str) -> str:
        """Return the first address on the page that matches. Raises LookupError where there is none."""
        for anchor in self.page.locator("a[href]").all():
            address = anchor.get_attribute("href") or ""
            if re.fullmatch(pattern, address):
                return address
        raise LookupError(f"{self.page.url} has no link like {pattern}")

    def sign_in(self, login: DemoLogin, path: str) -> None:
        self.visit(path)
        self.page.fill("input[name=username]", login.username)
        self.page.fill("input[name=password]", login.password)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url(lambda address: "sign-in" not in address and "login" not in address)


def _login(role: str) -> DemoLogin:
    return next(login for login in DEMO_LOGINS if login.role == role)


def _walk_the_shop(shopper: Camera) -> None:
    shopper.take("home", "/")
    shopper.take("coupons", "/coupons/")
    shopper.sign_in(_login("shopper"), "/sign-in/")
    shopper.visit("/")
    shopper.take("campaign", shopper.link(r"/campaigns/\d+/"))
    shopper.take("listing", "/products/")
    shopper.take("product", "/products/knit-sweater/")
    shopper.page.locator("form[action='/cart/add/'] .buy button").first.click()
    shopper.page.wait_for_load_state("networkidle")
    shopper.take("wallet", "/wallet/")
    shopper.take("cart", "/cart/")
    shopper.take("checkout", "/checkout/")
    shopper.take("orders", "/orders/")
    _walk_one_order(shopper)


def _walk_one_order(shopper: Camera) -> None:
    """Show the first order that can be given back, and what giving one piece back would pay."""
    numbers = set(re.findall(r"/orders/([^/\"']+)/", shopper.page.content()))
    for number in sorted(numbers):
        shopper.visit(f"/orders/{number}/")
        if f"/orders/{number}/refund/" in shopper.page.content():
            shopper.take("order")
            shopper.visit(f"/orders/{number}/refund/")
            shopper.page.locator(".units input").first.fill("1")
            shopper.page.locator("form.panel button").click()
            shopper.page.wait_for_load_state("networkidle")
            shopper.take("refund")
            return
    raise LookupError("no order of the demo's shopper can be given back")


def _walk_the_office(browser: Browser, address: str, device: str) -> None:
    operator, approver, finance = (Camera(browser, address, device) for _ in range(3))
    operator.sign_in(_login("operator"), OFFICE_LOGIN)
    operator.take("office-campaigns", "/admin/campaigns/campaign/")
    operator.visit("/admin/campaigns/campaign/add/?kind=spend_tiers")
    _fill_the_form(operator.page)
    operator.take("office-campaign-form")
    operator.take("office-coupons", "/admin/coupons/coupontemplate/")
    approver.sign_in(_login("approver"), OFFICE_LOGIN)
    approver.visit("/admin/campaigns/campaign/?stage=review")
    approver.visit(approver.link(r"(.*/)?\d+/change/(\?.*)?"))
    approver.take("office-approval")
    finance.sign_in(_login("finance"), OFFICE_LOGIN)
    finance.take("finance-reports", "/admin/reports/")


def _fill_the_form(page: Page) -> None:
    """As an operator would leave it for a moment; nothing is saved."""
    texts = {"name": "Winter 200 − 30", "name_zh": "暖冬满200减30", "badge": "200 − 30", "badge_zh": "满200减30"}
    period = {
        "starts_at_0": "2027-01-08",
        "starts_at_1": "10:00:00",
        "ends_at_0": "2027-01-22",
        "ends_at_1": "00:00:00",
    }
    for name, text in {**texts, **period}.items():
        page.fill(f"input[name={name}]", text)
    for position, (start, off) in enumerate([("200", "30"), ("400", "70")]):
        page.locator("input[name=rule_tiers_from]").nth(position).fill(start)
        page.locator("input[name=rule_tiers_off]").nth(position).fill(off)
    page.evaluate("document.activeElement.blur()")


def _glance_in_chinese(browser: Browser, address: str) -> None:
    guest, shopper, approver = (Camera(browser, address, f"{device}-zh") for device in ("phone", "desktop", "desktop"))
    guest.take("home", "/")
    guest.take("coupons", "/coupons/")
    shopper.sign_in(_login("shopper"), "/sign-in/")
    shopper.take("product", "/products/knit-sweater/")
    shopper.take("checkout", "/checkout/")
    approver.sign_in(_login("approver"), OFFICE_LOGIN)
    approver.take("office-campaigns", "/admin/campaigns/campaign/")
    approver.visit("/admin/campaigns/campaign/?stage=review")
    approver.visit(approver.link(r"(.*/)?\d+/change/(\?.*)?"))
    approver.take("office-approval")


if __name__ == "__main__":
    sys.exit(main())

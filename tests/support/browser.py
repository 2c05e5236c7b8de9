"""Pages of a real browser that remember what went wrong in them."""

import os
import shutil

from playwright.sync_api import Browser, Page, Response, expect

CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1280, "height": 900}}
# A page that comes is there at once; only what fails waits as long as this, also on a busy machine.
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)


def chromium_path() -> str | None:
    """Return the browser named by CHROMIUM, else the first one installed under a usual name."""
    if named := os.environ.get("CHROMIUM"):
        return named
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def wait_for_copy(page: Page, words: str) -> None:
    """Wait until the browser's copy of an unsaved form holds these words."""
    page.wait_for_function(
        "words => Object.entries(localStorage).some(([key, kept]) => key.startsWith('draft:') && kept.includes(words))",
        arg=words,
    )


class Live:
    """Visitors of one running site. `problems` collects script errors, policy violations and answers from 500 up."""

    def __init__(self, url: str, browser: Browser) -> None:
        self.url = url
        self.problems: list[str] = []
        self._browser = browser
        self._visitors: list[Page] = []

    def page(self, *, phone: bool = False, language: str = "en") -> Page:
        """Open a page of a new visitor: no cookies, addresses relative to the site."""
        shape = PHONE if phone else DESKTOP
        visitor = self._browser.new_context(base_url=self.url, locale=language, **shape)
        visitor.set_default_timeout(PATIENCE_MS)
        page = visitor.new_page()
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        page.on("console", lambda said: self._listen(page, said.type, said.text))
        page.on("response", self._look_at)
        self._visitors.append(page)
        return page

    def close(self) -> None:
        for page in self._visitors:
            page.context.close()

    def _listen(self, page: Page, kind: str, text: str) -> None:
        if kind == "error" and "Content Security Policy" in text:
            self.problems.append(f"{page.url}: {text}")

    def _look_at(self, response: Response) -> None:
        if response.status >= 500:
            self.problems.append(f"{response.url}: {response.status}")

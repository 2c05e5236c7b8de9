"""Pages of a real browser that remember what went wrong in them."""

import os
import shutil
from threading import Condition

from django.core.signals import request_finished, request_started
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


class Traffic:
    """The requests that this process is answering."""

    def __init__(self) -> None:
        self._changed, self._open = Condition(), 0
        request_started.connect(self._begin)
        request_finished.connect(self._end)

    def is_over(self, seconds: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self._open <= 0, seconds)

    def close(self) -> None:
        request_started.disconnect(self._begin)
        request_finished.disconnect(self._end)

    def _begin(self, **said: object) -> None:
        with self._changed:
            self._open += 1

    def _end(self, **said: object) -> None:
        with self._changed:
            self._open -= 1
            self._changed.notify_all()


class Live:
    """Visitors of one running site. `problems` collects script errors, policy violations and answers from 500 up."""

    def __init__(self, url: str, browser: Browser) -> None:
        self.url = url
        self.problems: list[str] = []
        self._browser = browser
        self._visitors: list[Page] = []
        self._traffic = Traffic()

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
        """End all visits, and wait for the answers that nobody will see: what they write goes with the test's rows."""
        for page in self._visitors:
            page.context.close()
        assert self._traffic.is_over(PATIENCE_MS / 1_000), "the site is still answering"
        self._traffic.close()

    def _listen(self, page: Page, kind: str, text: str) -> None:
        if kind == "error" and "Content Security Policy" in text:
            self.problems.append(f"{page.url}: {text}")

    def _look_at(self, response: Response) -> None:
        if response.status >= 500:
            self.problems.append(f"{response.url}: {response.status}")

"""How a page is looked at: sizes, colour schemes, with and without scripts; and what must never happen meanwhile."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.live import ROOT

AXE = ROOT / "service" / "browser" / "node_modules" / "axe-core" / "axe.min.js"
# WCAG 2.2 AA with all it builds on, and what axe calls good practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
PATIENCE_MS = 20_000


@dataclass(frozen=True)
class Look:
    """One way to look at a page."""

    size: str = "desktop"
    scheme: str = "light"
    scripts: bool = True

    @property
    def settings(self):
        """What Playwright is told."""
        width, height = SIZES[self.size]
        is_phone = self.size == "phone"
        return {
            "viewport": {"width": width, "height": height},
            "color_scheme": self.scheme,
            "has_touch": is_phone,
            "is_mobile": is_phone,
        }

    def __str__(self):
        return f"{self.size}-{self.scheme}{'' if self.scripts else '-plain'}"


# Each size and each scheme with and without scripts: what differs between them is seen without trying all eight.
LOOKS = [Look(), Look("phone", "dark"), Look("phone", "light", False), Look("desktop", "dark", False)]
SCRIPTED = [look for look in LOOKS if look.scripts]


@dataclass
class Watch:
    """Opens pages and notes what must not happen: requests that leave the host, errors on the console."""

    chromium: object
    address: str
    troubles: list = field(default_factory=list)
    contexts: list = field(default_factory=list)

    def __call__(self, path, look=None, *, refusals=()):
        """A page at a path of the service. `refusals` are statuses that the test provokes."""
        page = self.blank(look, refusals=refusals)
        page.goto(self.address.rstrip("/") + path)
        return page

    def blank(self, look=None, *, refusals=()):
        """A page that is nowhere yet, watched."""
        look = look or Look()
        context = self.chromium.new_context(**look.settings, java_script_enabled=look.scripts, locale="en-GB")
        self.contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("console", lambda message: self._heard(message, refusals))
        page.on("pageerror", lambda error: self.troubles.append(f"script failed: {error}"))
        page.on("request", self._asked)
        return page

    def close(self):
        for context in self.contexts:
            context.close()

    def _heard(self, message, refusals):
        expected = any(f"status of {status} " in message.text for status in refusals)
        if message.type in ("error", "warning") and not expected:
            self.troubles.append(f"{message.type} on the console: {message.text}")

    def _asked(self, request):
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != urlsplit(self.address).netloc:
            self.troubles.append(f"a request left the host: {request.url}")


def until(page, holds):
    """Wait until something outside of the page holds; what the page tells is heard meanwhile."""
    for _ in range(PATIENCE_MS // 50):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("what the test waits for does not come")


def violations(page, look=None):
    """What axe-core finds on the page as it is now, one line each. `look` is needed when it is one without scripts."""
    if look is not None and not look.scripts:
        return _violations_of_twin(page, look)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})"
        ".then(({violations, passes}) => ({violations, passed: passes.length}))",
        RULES,
    )
    assert found["passed"] > 5, "axe looked at nothing"
    return [f"{one['id']}: {one['help']} at {node['target']}" for one in found["violations"] for node in one["nodes"]]


def _violations_of_twin(page, look):
    """axe is a script: where none runs it looks at the same address, whose scripts come empty."""
    context = page.context.browser.new_context(**look.settings)
    try:
        twin = context.new_page()
        twin.route("**/static/built/*", lambda route: route.fulfill(body="", content_type="text/javascript"))
        twin.goto(page.url)
        return violations(twin)
    finally:
        context.close()


def overflow(page):
    """By how many pixels the page is wider than the window: a reader would have to scroll sideways."""
    # Not clientWidth: a phone lays a page out as wide as its widest part.
    return page.evaluate("document.documentElement.scrollWidth") - page.viewport_size["width"]


def photograph(page, name):
    """A picture of the whole page for people to look at, in the folder that PHOTOGRAPHS names; nothing without it."""
    folder = os.environ.get("PHOTOGRAPHS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)

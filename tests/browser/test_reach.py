"""Pages can be reached by keyboard, read at 320 pixels, printed, and are light."""

import pytest

from tests.browser.looks import Look, overflow

MAIN = ["/", "/browse/Group", "/doc/actor/ansar-al-sharia-libya", "/search?q=derna", "/dumps", "/sparql"]
LARGEST = ["/doc/source/article", "/doc/place/country-libya", "/doc/actor/islamic-state", "/doc/actor/khalifa-haftar"]
WEIGHT = 150_000
# In an editor the caret shows where one is (WCAG 2.2 section 2.4.7).
_FOCUSED = """() => { const e = document.activeElement, r = e.getBoundingClientRect();
  const framed = s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== 'none';
  return {tag: e.tagName, name: (e.innerText || e.value || e.id || '').slice(0, 40), seen: r.width > 0 && r.height > 0
    && (e.isContentEditable || framed(getComputedStyle(e)))} }"""
_REACHABLE = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
  .filter(e => !e.disabled && e.tabIndex >= 0 && e.checkVisibility() && e.type !== 'hidden').length"""


@pytest.mark.parametrize("path", MAIN)
def test_the_tab_key_reaches_what_comes_first_and_shows_where_it_is(visit, path):
    page = visit(path)
    assert page.evaluate(_REACHABLE) > 5
    page.keyboard.press("Tab")
    first = page.evaluate(_FOCUSED)
    assert first["name"] == "Skip to the content"
    for _ in range(12):
        found = page.evaluate(_FOCUSED)
        assert found["tag"] == "BODY" or found["seen"], found
        page.keyboard.press("Tab")


@pytest.mark.parametrize("path", MAIN)
def test_the_first_link_leads_past_the_menu(visit, path):
    page = visit(path)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_whole_page_can_be_walked_through(visit):
    page = visit("/browse")
    wanted, reached = page.evaluate(_REACHABLE), 0
    for _ in range(wanted * 2):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        reached += 1
    assert reached >= wanted


@pytest.mark.parametrize("path", MAIN)
def test_a_page_fits_320_pixels(visit, path):
    page = visit(path, Look("phone"))
    page.set_viewport_size({"width": 320, "height": 640})
    assert overflow(page) <= 0  # WCAG 2.2 section 1.4.10


def test_paper_holds_what_the_page_says(visit):
    page = visit("/doc/actor/ansar-al-sharia-libya")
    count = "document.querySelectorAll('.statement').length"
    shown = "[...document.querySelectorAll('.statement')].filter(e => e.checkVisibility()).length"
    page.emulate_media(media="print")
    assert page.evaluate(shown) == page.evaluate(count) > 10
    assert page.locator("h1").is_visible()
    assert page.locator(".uri").first.is_visible()


def test_nothing_moves_for_who_wants_no_motion(visit):
    page = visit("/doc/place/derna")
    page.emulate_media(reduced_motion="reduce")
    moving = "[...document.querySelectorAll('*')].filter(e => { const s = getComputedStyle(e);"
    moving += " return parseFloat(s.transitionDuration) > 0.01 || parseFloat(s.animationDuration) > 0.01 }).length"
    assert page.evaluate(moving) == 0


@pytest.mark.parametrize("path", LARGEST)
def test_a_thing_weighs_little(visit, path):
    page = visit.blank()
    weights = {}
    page.on("requestfinished", lambda request: weights.update({request.url: request.sizes()["responseBodySize"]}))
    page.goto(visit.address.rstrip("/") + path, wait_until="networkidle")
    assert any("/static/" in url for url in weights)
    assert sum(weights.values()) <= WEIGHT, weights

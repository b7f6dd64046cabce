"""Network, timeline and map in Chromium: they are drawn, follow the form, and say what they show. axe finds nothing."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.looks import Look, overflow, photograph, violations

PICTURES = ["/network", "/timeline", "/map"]
HAFTAR = "/doc/actor/khalifa-haftar"


def drawn(page):
    """The page when its picture is there."""
    page.locator(".canvas .picture-frame > svg:not(.rail)").wait_for()
    expect(page.locator(".shown")).not_to_have_text("The picture is being fetched.")
    return page


def ties(page):
    return page.locator(".canvas .tie:not(.gone)")


def set_value(locator, value):
    locator.evaluate("(field, value) => { field.value = value; field.dispatchEvent(new Event('input')) }", str(value))


@pytest.mark.parametrize("path", PICTURES)
def test_a_picture_page_fits_and_axe_finds_nothing(visit, look, path):
    page = visit(path, look)
    if look.scripts:
        drawn(page)
    assert overflow(page) <= 0
    assert violations(page, look) == []
    assert page.locator("tbody tr").count() > 20
    photograph(page, f"{path[1:]}-{look}")


@pytest.mark.parametrize("path", PICTURES)
def test_without_scripts_the_form_filters_the_table(visit, path):
    page = visit(path, Look("phone", scripts=False))
    assert page.locator("svg.picture").count() == 0
    before = page.locator("tbody tr").count()
    page.get_by_label("Search within").fill("derna")
    page.get_by_role("button", name="Show").click()
    assert 0 < page.locator("tbody tr").count() < before
    assert "q=derna" in page.url


def test_a_day_makes_lines_dashed_or_takes_them_away_and_stays_in_the_address(visit, scripted_look):
    page = drawn(visit("/network", scripted_look))
    assert page.locator(".canvas .tie.possibly:not(.gone)").count() == 0
    page.get_by_label("On the day").fill("2014-10-03")
    page.get_by_label("On the day").dispatch_event("change")
    expect(page.locator(".shown")).to_contain_text("On 3 October 2014")
    assert page.locator(".canvas .tie.possibly:not(.gone)").count() > 10
    assert "asof=2014-10-03" in page.url
    page.reload()
    expect(drawn(page).locator(".shown")).to_contain_text("On 3 October 2014")
    photograph(page, f"network-day-{scripted_look}")


def test_nothing_moves_while_the_day_changes(visit):
    page = drawn(visit("/network"))
    where = "() => [...document.querySelectorAll('.canvas .node')].map(n => n.querySelector('title').textContent + n.getAttribute('transform')).sort()"
    before = page.evaluate(where)
    set_value(page.get_by_role("slider", name="Day"), 3)
    assert page.evaluate(where) == before


def test_a_network_looks_the_same_each_time(visit):
    where = "() => [...document.querySelectorAll('.canvas .node')].map(n => n.getAttribute('transform'))"
    assert drawn(visit("/network")).evaluate(where) == drawn(visit("/network")).evaluate(where)


def test_playing_goes_from_day_to_day_and_stops(visit):
    page = drawn(visit("/network"))
    page.get_by_role("button", name="Play").click()
    first = page.locator("output.day").inner_text()
    expect(page.locator("output.day")).not_to_have_text(first)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert "asof=" in page.url


def test_filters_change_picture_table_and_address(visit):
    page = drawn(visit("/network"))
    before, lines = ties(page).count(), page.locator("tbody tr").count()
    page.get_by_text("Choose what is shown").click()
    page.get_by_label("hostility").uncheck()
    assert ties(page).count() < before
    assert page.locator(".canvas .tie.side-against").count() == 0
    expect(page.locator("tbody tr")).not_to_have_count(lines)
    assert "group=support" in page.url
    assert "group=hostility" not in page.url


def test_what_is_alleged_comes_only_when_asked_for_and_names_who_says_so(visit):
    page = drawn(visit("/network"))
    assert page.locator(".canvas .tie.voiced").count() == 0
    page.get_by_label(re.compile("Also what is alleged")).check()
    page.locator(".canvas .tie.voiced").first.wait_for(state="attached")
    told = page.locator(".canvas .tie.voiced title").all_text_contents()
    assert len(told) > 20
    numbers = page.locator(".canvas .tie.voiced text.voice").all_text_contents()
    assert len(numbers) == len(told), "on the line itself"
    key = page.locator(".speakers li").all_text_contents()
    assert {int(number) for number in numbers} == set(range(1, len(key) + 1))
    for number, words in zip(numbers, told, strict=True):
        who = key[int(number) - 1]
        assert who.startswith(words[:10]), (who, words)
        assert re.split(" and |; |, by way of | \\(", who.removeprefix("according to "))[0] in words
        assert "\u2026" not in who
    assert all(re.match("(according to|denied by|left open by) ", one) for one in told)


def test_a_click_shows_what_is_said_and_leads_to_what_is_around(visit):
    page = drawn(visit("/network"))
    page.get_by_role("link", name=re.compile(r"^Libya Dawn,")).locator("path").click()
    card = page.locator(".card")
    expect(card.get_by_role("heading")).to_have_text("Libya Dawn")
    assert card.locator("li").count() > 2
    assert violations(page) == []
    photograph(page, "network-card")
    card.get_by_role("button", name="Show only what is around it").click()
    page.wait_for_url("**/network?around=*libya-dawn*")
    assert drawn(page).locator(".canvas .node.focus").count() == 1


def test_the_keyboard_goes_from_actor_to_actor_and_opens_one(visit):
    page = drawn(visit("/network"))
    page.locator('.canvas .node[tabindex="0"]').focus()
    first = page.evaluate("document.activeElement.querySelector('title').textContent")
    page.keyboard.press("ArrowRight")
    second = page.evaluate("document.activeElement.querySelector('title').textContent")
    assert first != second
    page.keyboard.press(" ")
    expect(page.locator(".card").get_by_role("heading")).to_have_text(second.partition(",")[0])
    page.keyboard.press("Escape")
    expect(page.locator(".card")).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/actor/**")


@pytest.mark.parametrize("kind", ["SVG", "PNG"])
@pytest.mark.parametrize("path", PICTURES)
def test_a_picture_can_be_saved(visit, path, kind, tmp_path):
    page = drawn(visit(path))
    with page.expect_download() as download:
        page.get_by_role("button", name=kind, exact=True).click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    assert saved.name == f"{path[1:]}.{kind.lower()}"
    body = saved.read_bytes()
    assert body.startswith(b"\x89PNG") if kind == "PNG" else b"<title>" in body
    assert saved.stat().st_size > 5000


def test_the_timeline_zooms_and_groups(visit, scripted_look):
    page = drawn(visit("/timeline", scripted_look))
    before = page.locator(".shown").inner_text()
    page.get_by_role("button", name="Closer").click()
    expect(page.locator(".shown")).not_to_have_text(before)
    page.get_by_label("Rows by").select_option("place")
    expect(page.locator(".row-name").filter(has_text="Derna").first).to_be_attached()
    assert "by=place" in page.url
    page.reload()
    expect(drawn(page).get_by_label("Rows by")).to_have_value("place")


def test_the_keyboard_goes_along_the_timeline_and_tells_more(visit):
    page = drawn(visit("/timeline"))
    page.locator('.canvas .span[tabindex="0"]').focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press(" ")
    named = page.evaluate("document.activeElement.querySelector('title').textContent")
    assert named.startswith(page.locator(".card").get_by_role("heading").inner_text())
    assert violations(page) == []


def test_what_is_folded_is_told_and_opens(visit, scripted_look):
    page = drawn(visit("/timeline", scripted_look))
    told = page.locator(".shown")
    folded = int(re.search(r"(\d+) folded", told.inner_text())[1])
    before, bars = page.locator(".canvas .span").count(), page.locator(".canvas .more")
    assert page.locator(".canvas").bounding_box()["height"] < 3000
    assert sum(int(re.search(r"\d+", words)[0]) for words in bars.all_text_contents()) == folded
    few = int(re.search(r"\d+", bars.first.text_content())[0])
    bars.first.dispatch_event("click")
    assert page.locator(".canvas .span").count() == before + few
    while bars.count():
        bars.first.focus()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.closest('.span') !== null"), (
            "the first bar that came has the focus"
        )
    expect(told).not_to_contain_text("folded")
    assert page.locator(".canvas .span").count() == before + folded


def test_the_years_stay_in_view_above_their_lines(visit, scripted_look):
    page = drawn(visit("/timeline", scripted_look))
    page.locator(".canvas .row-name").nth(3).scroll_into_view_if_needed()
    page.evaluate("scrollBy(0, document.querySelector('.canvas').getBoundingClientRect().top + 600)")
    assert page.locator(".rail").bounding_box()["y"] == 0
    ends = "all => all.map(one => { const box = one.getBoundingClientRect(); return [box.left + box.width / 2] })"
    above, below = (page.locator(f".canvas svg{one} .grid").evaluate_all(ends) for one in (".rail", ":not(.rail)"))
    assert len(above) > 1
    assert above == [pytest.approx(one, abs=1) for one in below]


def test_uncertain_time_is_drawn_as_uncertain(visit):
    page = drawn(visit("/timeline"))
    vague = page.get_by_role("link", name=re.compile("^injury of"))
    assert (vague.locator(".reach").count(), vague.locator(".core").count()) == (1, 0), "some day in September"
    exact = page.get_by_role("link", name=re.compile("^storming of the General National Congress"))
    assert (exact.locator(".reach").count(), exact.locator(".core").count()) == (0, 1), "one day"


def test_the_map_has_land_and_shows_who_is_said_to_hold_a_place(visit, scripted_look):
    page = drawn(visit("/map?asof=2015-02-19", scripted_look))
    expect(page.locator(".land")).to_have_attribute("d", re.compile(r"^[\s\S]{1001,}"))
    # A declared province and the strongest of many hold nothing: of no place is it said that two hold it.
    expect(page.locator(".shown")).not_to_contain_text("more than one")
    expect(page.locator(".canvas .ring.control").nth(3)).to_be_attached()
    expect(page.locator(".canvas .ring.contested")).to_have_count(0)
    page.get_by_role("link", name=re.compile("^Derna")).locator(".dot").click()
    expect(page.locator(".card li", has_text="controls").first).to_be_visible()
    photograph(page, f"map-card-{scripted_look}")


def test_the_day_of_a_map_changes_what_it_shows(visit):
    page = drawn(visit("/map?asof=2012-09-11"))
    expect(page.locator(".shown")).to_contain_text("On 11 September 2012")
    before = page.locator(".shown").inner_text()
    page.get_by_role("button", name="Any time").click()
    expect(page.locator(".shown")).not_to_have_text(before)


def test_a_page_of_a_thing_draws_when_the_reader_comes_near(visit, scripted_look):
    page = visit(HAFTAR, scripted_look)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(300)
    assert not [url for url in asked if "/network" in url or "/drawn" in url], "nothing before that"
    page.locator("#drawn").scroll_into_view_if_needed()
    drawn(page)
    expect(page.locator("#drawn .shown")).to_contain_text(re.compile(r"\d+ more are alleged and told above only"))
    first = page.locator(".canvas .node").count()
    page.locator(".canvas .node:not(.focus)").first.locator("path").dispatch_event("click", {"detail": 1})
    expect(page.locator(".canvas .node").nth(first)).to_be_attached()
    photograph(page, f"thing-{scripted_look}")
    page.get_by_role("button", name=re.compile("^In time")).click()
    page.locator(".canvas svg.timeline").wait_for()
    # Where he was is only alleged: no map is offered.
    expect(page.get_by_role("button", name=re.compile("^On the map"))).to_have_count(0)
    assert page.locator(".canvas .picture-frame").count() == 1


def test_the_pictures_of_a_thing_take_turns(visit, scripted_look):
    page = visit("/doc/actor/ansar-al-sharia-libya", scripted_look)
    page.locator("#drawn").scroll_into_view_if_needed()
    drawn(page)
    page.get_by_role("button", name=re.compile("^In time")).click()
    page.locator(".canvas svg.timeline").wait_for()
    page.get_by_role("button", name=re.compile("^On the map")).click()
    page.locator(".canvas svg.map").wait_for()
    assert page.locator(".canvas .picture-frame").count() == 1
    assert overflow(page) <= 0
    assert violations(page) == []


def test_a_page_as_of_a_day_has_pictures_as_of_that_day(visit):
    page = visit(f"{HAFTAR}?asof=2014-06-01")
    page.locator("#drawn").scroll_into_view_if_needed()
    expect(drawn(page).locator(".shown")).to_contain_text("On 1 June 2014")


def test_a_page_of_a_thing_has_no_trace_of_it_without_scripts(visit):
    page = visit(HAFTAR, Look(scripts=False))
    assert not page.locator("#drawn").is_visible()


def test_the_code_of_pictures_is_not_part_of_a_page_of_a_thing(visit):
    page = visit(HAFTAR)
    page.wait_for_load_state("networkidle")
    size = page.evaluate(
        "performance.getEntriesByType('resource').filter(r => r.initiatorType === 'script' || r.name.endsWith('.js'))"
        ".reduce((sum, r) => sum + r.encodedBodySize, 0)"
    )
    assert size < 30_000


def test_a_document_that_cannot_be_had_is_told_and_the_table_stays(visit):
    page = visit.blank(refusals=(503,))
    page.route(re.compile("format=json"), lambda route: route.fulfill(status=503, body="{}"))
    page.goto(visit.address + "network")
    expect(page.locator(".shown")).to_contain_text("cannot be drawn")
    assert page.locator("tbody tr").count() > 20

"""Lists, search and pages of things in a real browser: keyboard, suggestions, every look, and what axe finds."""

import pytest

from tests.browser.looks import Look, overflow, photograph, until, violations

PATHS = [
    "/about", "/browse/Group", "/browse/Support?standing=ontology%23Asserted&q=qatar", "/browse/Event?when.from=2014-01-01&when.to=2014-12-31",
    "/browse/Claim?page=2", "/browse/Person?leads=*", "/browse/Citation", "/search", "/search?q=zzzz", "/doc/actor/libya-dawn?asof=2014-08-30", "/doc/place/derna", "/doc/actor/khalifa-haftar",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_a_page_fits_and_axe_finds_nothing(visit, look, path):
    page = visit(path, look)
    assert overflow(page) <= 0
    assert violations(page, look) == []
    photograph(page, f"{path.strip('/').replace('/', '-').partition('?')[0]}-{look}")


@pytest.mark.parametrize("way", ["network", "timeline", "map"])
def test_a_list_is_drawn(visit, way):
    page = visit(f"/browse/Event?view={way}" if way != "network" else "/browse/Support?view=network")
    page.locator("[data-listing] svg").first.wait_for()
    page.locator("[data-listing] .picture-legend").get_by_text(
        {"network": "reported", "timeline": "certain time", "map": "one of these is there"}[way]
    ).wait_for()
    assert violations(page) == []
    assert page.locator("table.members").is_visible(), "the table says the same"


def test_what_is_alleged_of_a_person_is_not_drawn_and_the_page_says_so(visit):
    page = visit("/browse/Support?view=network")
    page.get_by_text("are not drawn").wait_for()


# ---- Suggestions (ARIA Authoring Practices, editable combobox with list)


@pytest.fixture
def field(visit):
    page = visit("/browse")
    return page.get_by_role("combobox", name="Search by name")


def test_suggestions_appear_and_are_announced(field):
    field.press_sequentially("hift")
    page = field.page
    page.get_by_role("option").first.wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    assert "Khalifa Haftar" in page.get_by_role("option").first.inner_text()
    assert "suggestion" in page.locator(".combobox [role=status]").inner_text()
    assert violations(page) == []


def test_arrows_go_through_the_suggestions_and_back_to_the_field(field):
    field.press_sequentially("ansar")
    page = field.page
    page.get_by_role("option").first.wait_for()
    field.press("ArrowDown")
    first = page.get_by_role("option").first
    assert first.get_attribute("aria-selected") == "true"
    assert field.get_attribute("aria-activedescendant") == first.get_attribute("id")
    field.press("ArrowUp")
    assert field.get_attribute("aria-activedescendant") is None
    field.press("ArrowUp")
    assert page.get_by_role("option").last.get_attribute("aria-selected") == "true"
    assert field.input_value() == "ansar"


def test_enter_follows_the_chosen_suggestion(field):
    field.press_sequentially("derna")
    field.page.get_by_role("option").first.wait_for()
    field.press("ArrowDown")
    field.press("Enter")
    field.page.wait_for_url("**/doc/place/derna")


def test_enter_without_a_choice_searches(field):
    field.press_sequentially("derna")
    field.page.get_by_role("option").first.wait_for()
    field.press("Enter")
    field.page.wait_for_url("**/search?q=derna")


def test_escape_closes_and_keeps_what_was_typed(field):
    field.press_sequentially("derna")
    field.page.get_by_role("option").first.wait_for()
    field.press("Escape")
    assert field.page.get_by_role("option").count() == 0
    assert field.get_attribute("aria-expanded") == "false"
    assert field.input_value() == "derna"


def test_an_old_answer_never_replaces_a_newer_one(field):
    page = field.page
    held = []
    page.route("**/search/suggest?q=de&*", lambda route: held.append(route))
    field.press_sequentially("de")
    until(page, lambda: held)
    field.press_sequentially("rna")
    page.get_by_role("option").first.wait_for()
    for route in held:
        route.fulfill(
            json={
                "query": "de",
                "items": [{"href": "/old", "label": "old answer", "kind": "", "matched": None, "matchedKind": None}],
            }
        )
    page.wait_for_timeout(200)
    assert page.get_by_text("old answer").count() == 0


def test_a_suggestion_never_leads_elsewhere(field):
    page = field.page
    evil = [
        {"href": href, "label": "<img src=x onerror=alert(1)>", "kind": "k", "matched": None, "matchedKind": None}
        for href in ("javascript:alert(1)", "//example.org", "https://example.org")
    ]
    page.route("**/search/suggest*", lambda route: route.fulfill(json={"query": "", "items": evil}))
    field.press_sequentially("xx")
    page.get_by_role("option").first.wait_for()
    before = page.url
    for option in page.get_by_role("option").all():
        option.click()
    assert page.url == before
    assert page.locator(".suggestions img").count() == 0


def test_a_page_can_be_printed_without_its_furniture(visit):
    page = visit("/doc/place/derna")
    page.emulate_media(media="print")
    assert not page.locator("header.top nav").is_visible()
    assert not page.locator("form.asof").is_visible()
    assert page.get_by_role("heading", name="What happened here").is_visible()


def test_the_filters_of_a_list_can_be_reached_and_set_by_keyboard(visit):
    page = visit("/browse/Group", Look())
    link = page.locator("#filters").get_by_role("link", name="militia", exact=True)
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/browse/Group?kind=**")
    assert page.get_by_role("list", name="Filters that are set").get_by_role("link").first.is_visible()

"""The query page as a reader uses it: editor, completion, run and stop, errors, address, views, downloads."""

import re
import time
import urllib.request
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.looks import Look, overflow, photograph, violations

KINDS = """SELECT ?kindLabel (COUNT(*) AS ?events) WHERE {
  ?event a ca:Event ; ca:kind ?kind . ?kind skos:prefLabel ?kindLabel
} GROUP BY ?kindLabel ORDER BY DESC(?events) ?kindLabel"""
ACTORS = "SELECT ?actor WHERE { ?actor a ca:Actor } ORDER BY ?actor"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n0 ?o }"

PICTURES = {
    "network": """SELECT ?one ?kindLabel ?other ?standing WHERE {
      ?tie a ca:Hostility ; ca:subject ?one ; ca:object ?other ; ca:standing/rdfs:label ?standing .
      ?tie ca:kind/skos:prefLabel ?kindLabel }""",
    "timeline": """SELECT ?event ?beginEarliest ?beginLatest WHERE {
      ?event a ca:Event ; ca:beginEarliest ?beginEarliest ; ca:beginLatest ?beginLatest }""",
    "map": "SELECT ?place ?lat ?long WHERE { ?place a ca:Place ; wgs84:lat ?lat ; wgs84:long ?long }",
}
DRAWN = {"network": "svg.picture .node", "timeline": "svg.picture .core", "map": "svg.picture .sites *"}


def of(query, **more):
    return "/sparql?" + urlencode({"query": query, **more})


def write(page, text):
    """Type into the editor as a reader does, in the place of what was there."""
    page.click(".cm-content")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)


def query_in(page):
    return page.evaluate("document.querySelector('form.query textarea').value")


def accept(page):
    """Take the first completion. Enter means nothing to the list in its first moment, so that nobody takes it by chance."""
    page.wait_for_timeout(200)
    page.keyboard.press("Enter")


def offered(page):
    page.wait_for_selector(".cm-tooltip-autocomplete li")
    return page.locator(".cm-tooltip-autocomplete li").all_inner_texts()


STATES = {
    "empty": "/sparql",
    "table": of(ACTORS),
    "chart": of(KINDS, view="chart"),
    "nothing": of("SELECT * { <http://e/> ?p ?o }"),
    "boolean": of("ASK {}"),
    "long": of(ACTORS + "\n# a line\n" * 60),
    "graph": of("DESCRIBE place:derna"),
    "wrong": of("SELECT *\n{ ?s ?p }"),
}


@pytest.mark.parametrize("state", STATES)
def test_each_state_fits_the_window_and_axe_finds_nothing(visit, look, state):
    page = visit(STATES[state], look, refusals=(400,))
    if look.scripts and state != "empty":
        page.wait_for_selector("[data-run] .stop", state="hidden")
        page.wait_for_selector(".problem" if state == "wrong" else ".result .formats")
    assert overflow(page) <= 0
    assert violations(page, look) == []
    photograph(page, f"query-{state}-{look}")


def test_the_editor_has_its_styles_under_the_policy_and_says_how_to_leave_it(visit, scripted_look):
    page = visit("/sparql", scripted_look)
    assert page.evaluate("getComputedStyle(document.querySelector('.cm-scroller')).display") == "flex"
    assert page.evaluate("getComputedStyle(document.querySelector('.cm-gutters')).position") != "static"
    content = page.locator(".cm-content")
    assert "SPARQL" in content.get_attribute("aria-label")
    assert "Escape, then Tab" in page.locator(f"#{content.get_attribute('aria-describedby')}").inner_text()
    content.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className").startswith("cm-content"), "Tab indents"
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Run"


def test_keywords_variables_and_brackets_are_told_apart(visit):
    page = visit(of(KINDS))
    keyword, variable = (page.locator(f".cm-content .tok-{name}").first for name in ("keyword", "variableName"))
    assert (keyword.inner_text(), variable.inner_text()) == ("SELECT", "?kindLabel")
    colour = "one => getComputedStyle(one).color"
    assert keyword.evaluate(colour) != variable.evaluate(colour)


def test_after_a_type_the_properties_of_that_class_come_first_and_say_what_is_required(visit):
    page = visit("/sparql")
    write(page, "SELECT * WHERE {\n  ?x a ca:Membership ; ")
    page.keyboard.press("Control+Space")
    told = offered(page)
    assert any("org:role" in one and "required" in one for one in told[:6])
    assert not any("elsewhere" in one for one in told[:6])
    page.keyboard.type("sub")
    page.wait_for_selector(".cm-tooltip-autocomplete li:first-child:has-text('ca:subject')")
    accept(page)
    assert query_in(page).startswith("SELECT * WHERE {\n  ?x a ca:Membership ; ca:subject")


def test_a_thing_is_found_by_its_name_where_an_iri_may_stand(visit):
    page = visit("/sparql")
    write(page, "SELECT * WHERE {\n  ?x ca:inPlace ")
    page.keyboard.type("derna", delay=20)
    assert offered(page)[0].startswith("Derna")
    accept(page)
    assert query_in(page).startswith("SELECT * WHERE {\n  ?x ca:inPlace place:derna")


def test_classes_variables_and_prefixes_are_offered_where_they_fit(visit):
    page = visit("/sparql")
    write(page, "SELECT * WHERE {\n  ?someone a ")
    page.keyboard.type("ca:Memb", delay=20)
    assert offered(page)[0].startswith("ca:Membership")
    page.keyboard.press("Escape")
    write(page, "SELECT * WHERE {\n  ?someone ?how ?else . ")
    page.keyboard.type("?some", delay=20)
    assert offered(page) == ["?someone"]
    page.keyboard.press("Escape")
    write(page, "PREFIX ")
    page.keyboard.type("ca", delay=20)
    assert "needs no PREFIX here" in offered(page)[0]


def test_ctrl_enter_runs_and_the_address_shows_the_query_again(visit):
    page = visit("/sparql")
    write(page, ACTORS)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".result .rows tbody tr")
    assert parse_qs(urlsplit(page.url).query)["query"] == [ACTORS]
    first = page.locator(".rows tbody tr").first
    assert first.locator("a").get_attribute("href").startswith("/doc/actor/")
    assert not first.inner_text().startswith("http"), "a label"
    assert "rows, in" in page.locator(".told").inner_text()


def test_going_back_shows_the_query_before_and_its_result(visit):
    page = visit(of("ASK {}"))
    page.wait_for_selector(".result .answer")
    write(page, ACTORS)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".result .rows")
    page.go_back()
    page.wait_for_selector(".result .answer")
    assert query_in(page) == "ASK {}"
    page.go_forward()
    page.wait_for_selector(".result .rows")
    assert query_in(page) == ACTORS


def test_a_large_result_is_paged_and_sorted(visit):
    page = visit(of(ACTORS))
    page.wait_for_selector(".pages")
    assert "1 to 100 of" in page.locator(".pages").inner_text()
    page.click("text=Next")
    assert "101 to 200 of" in page.locator(".pages").inner_text()
    page.click(".rows th button")
    assert page.locator(".rows th").get_attribute("aria-sort") == "ascending"
    names = page.locator(".rows tbody td").all_inner_texts()
    assert names == page.evaluate(
        "names => names.toSorted(new Intl.Collator('en', {numeric: true, sensitivity: 'base'}).compare)", names
    )
    page.click(".rows th button")
    assert page.locator(".rows th").get_attribute("aria-sort") == "descending"


def test_an_error_is_told_and_marked_where_it_is(visit):
    page = visit("/sparql", refusals=(400,))
    write(page, "SELECT *\nWHERE { ?s nope:p ?o . }\nLIMIT 5")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".problem")
    assert "Line 2, column 12: the prefix nope: is not declared" in page.locator(".problem").inner_text()
    assert page.locator(".cm-line").nth(1).locator(".cm-lintRange-error").inner_text() == "nope:p ?o . }"
    write(page, "ASK {}")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".result .answer")
    assert page.locator(".cm-lintRange-error, .problem").count() == 0


def hang_ups(address):
    """How many queries the server has stopped because their client hung up."""
    with urllib.request.urlopen(f"{address}-/metrics", timeout=20) as answer:
        found = re.search(r'stopped_total\{limit="hang-up"\} (\d+)', answer.read().decode())
    return int(found[1]) if found else 0


def test_a_long_query_shows_its_time_and_can_be_stopped_on_the_server_too(visit, address):
    page = visit("/sparql")
    before = hang_ups(address)
    write(page, ENDLESS)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".elapsed:has-text(' of 5 s')")
    page.click(".stop")
    page.wait_for_selector("text=Stopped.")
    assert page.locator(".stop").is_hidden()
    deadline = time.monotonic() + 20
    while hang_ups(address) == before and time.monotonic() < deadline:
        time.sleep(0.2)
    assert hang_ups(address) == before + 1, "the server stopped it because its client was gone"
    write(page, "ASK {}")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".result .answer")


def test_a_query_that_meets_its_limit_says_which(visit):
    page = visit("/sparql", refusals=(503,))
    write(page, ENDLESS)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".problem")
    assert "5" in page.locator(".problem").inner_text()
    assert query_in(page) == ENDLESS


def test_a_question_is_found_by_words_and_loaded(visit):
    page = visit("/sparql")
    page.fill("#sift", "derna")
    shown = page.locator("[data-examples] li:visible")
    assert 0 < shown.count() < 20
    assert all("derna" in text.lower() for text in shown.all_inner_texts())
    before = page.evaluate("performance.timeOrigin")
    shown.first.locator("a").click()
    page.wait_for_selector(".result")
    assert page.evaluate("performance.timeOrigin") == before, "no new page"
    assert "SELECT" in query_in(page)


def first_question(page):
    """The address of the question with people's and places' names in columns, and its words."""
    link = page.locator("[data-examples] a", has_text="Which foreign states back which side").first
    return urlsplit(link.get_attribute("href")), link.text_content()


def test_a_question_stands_above_its_answer_with_and_without_scripts(visit, look):
    address, words = first_question(visit("/sparql"))
    page = visit(f"{address.path}?{address.query}", look)
    page.wait_for_selector(".rows tbody tr")
    assert page.locator("h1").inner_text().replace("\n", " ") == words
    assert page.title().startswith(words)
    assert page.locator(".rows tbody tr").first.bounding_box()["y"] < 700, "the answer is on the first screen"
    assert page.locator("form.query").is_hidden()
    assert page.locator(".rows tbody a[href^='/browse/Citation?paragraph.from=']").count() > 0
    assert overflow(page) <= 0
    assert violations(page, look) == []
    photograph(page, f"question-{look}")
    page.click("details.asking > summary")
    assert page.locator("form.query").is_visible()


def test_heading_and_order_follow_the_query_that_runs(visit):
    page = visit("/sparql")
    page.fill("#sift", "foreign states back")
    page.locator("[data-examples] li:visible a").first.click()
    page.wait_for_selector(".result .rows")
    words = page.locator("h1").inner_text()
    assert "foreign states" in words
    page.click("details.asking > summary")
    write(page, ACTORS)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".pages")
    assert page.locator("h1").inner_text() == "Query"
    assert page.title().startswith("Query · ")
    assert page.evaluate("document.activeElement.className").startswith("cm-content"), "one goes on typing"
    assert page.locator("form.query").bounding_box()["y"] < page.locator(".rows").bounding_box()["y"]
    page.go_back()
    page.wait_for_selector("details.asking")
    assert page.locator("h1").inner_text() == words


def test_without_scripts_a_question_is_a_link_to_its_result(visit):
    page = visit("/sparql", Look(scripts=False))
    page.locator("[data-examples] li:visible a").first.click()
    assert page.locator(".rows tbody tr").count() > 0
    page.click("details.asking > summary")
    assert page.locator("form.query textarea").is_visible()
    assert page.locator("[data-clients] summary").is_visible()


def test_each_format_can_be_downloaded(visit):
    page = visit(of(ACTORS))
    page.wait_for_selector(".result .formats")
    for link in page.locator(".result .formats a").all():
        with page.expect_download() as told:
            link.click()
        assert told.value.path().stat().st_size > 1000


def test_the_query_for_programs_follows_the_editor_and_can_be_copied(visit):
    page = visit(of("ASK {}"))
    page.wait_for_selector(".result .answer")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    write(page, ACTORS)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("[data-clients]:has-text('ca:Actor')")
    page.click("[data-clients] summary")
    page.locator("[data-clients] button").first.click()
    page.wait_for_selector("[data-clients] button:has-text('Copied')")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("curl ")
    assert ACTORS in copied


def test_a_chart_is_kept_in_the_address_and_shows_each_number(visit):
    page = visit(of(KINDS))
    page.wait_for_selector(".views")
    page.click(".views button:has-text('Chart')")
    page.wait_for_selector("svg.chart .bar")
    assert parse_qs(urlsplit(page.url).query)["view"] == ["chart"]
    page.click(".views button:has-text('Table')")
    rows = [row.all_inner_texts() for row in (r.locator("td") for r in page.locator(".rows tbody tr").all())]
    page.go_back()
    page.wait_for_selector("svg.chart .bar")
    told = page.locator("svg.chart title").evaluate_all("all => all.map(one => one.textContent)")
    assert told == [f"{label}: {number}" for label, number in rows]


def test_a_file_that_cannot_be_had_is_told_on_the_page_and_not_tried_again(visit):
    page = visit.blank(refusals=(406,))
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(visit.address.rstrip("/") + of("ASK {}", format="turtle"))
    page.wait_for_selector(".problem")
    page.wait_for_timeout(500)
    assert "yes or no" in page.locator(".problem").inner_text()
    assert len([url for url in asked if "query=" in url]) == 1
    page.click("[data-run] button:has-text('Run')")
    page.wait_for_selector(".answer")


def test_a_comment_in_the_query_chooses_the_view(visit):
    page = visit(of(f"# view: chart\n{KINDS}"))
    page.wait_for_selector("svg.chart .bar")


def test_markup_and_scripts_in_a_result_stay_text(visit):
    bad = '<img src=x onerror="console.error(1)">'
    page = visit(of(f"SELECT ?x ?y {{ BIND('''{bad}''' AS ?x) BIND(IRI('javascript:console.error(2)') AS ?y) }}"))
    page.wait_for_selector(".rows td button, .rows td bdi")
    assert page.locator(".rows td").first.inner_text() == bad
    assert page.locator(".rows td a, .rows td img").count() == 0


@pytest.mark.parametrize("name", PICTURES)
def test_each_picture_is_offered_for_the_columns_it_needs_and_drawn(visit, scripted_look, name):
    page = visit(of(PICTURES[name], view=name), scripted_look)
    page.wait_for_selector(DRAWN[name])
    page.wait_for_timeout(500)
    expect(page.locator(f".views button:has-text('{name.title()}')")).to_have_attribute("aria-pressed", "true")
    assert overflow(page) <= 0
    assert violations(page) == []
    photograph(page, f"query-{name}-{scripted_look}")


def test_what_a_row_says_beside_its_ends_stands_on_the_line(visit):
    page = visit(of(PICTURES["network"], view="network"))
    page.wait_for_selector(DRAWN["network"])
    told = page.locator(".canvas svg.picture").evaluate("one => one.outerHTML")
    assert "disputed" in told or "asserted" in told, "how surely is not left out"
    legend = page.locator(".picture-legend li").all_inner_texts()
    assert {"disputed", "denied", "hedged"} & set(legend), "what its marks mean"
    assert "against (bar)" not in legend, "and nothing of what is not drawn"


def test_no_picture_is_offered_for_columns_it_does_not_fit(visit):
    page = visit(of(ACTORS))
    page.wait_for_selector(".result .rows")
    assert page.locator(".views button").count() == 0


def test_a_query_is_built_by_choosing_a_class_properties_and_conditions(visit, scripted_look):
    page = visit("/sparql", scripted_look)
    page.click(".guide summary")
    kind = page.locator("#guide-class option[value$='/ontology#Membership']").get_attribute("value")
    page.select_option("#guide-class", kind)
    page.locator(".guide li label", has_text="role").first.get_by_role("checkbox").check()
    page.get_by_label("role: value").fill('lead"er\\')
    assert 'LCASE(STR(COALESCE(?roleLabel, ?role))), "lead\\"er\\\\")' in query_in(page), "what is typed stays text"
    page.get_by_label("role: value").fill("member")
    page.locator(".guide li", has_text="earliest begin").get_by_role("checkbox").check()
    page.get_by_label("Condition of earliest begin").select_option("least")
    page.get_by_label("earliest begin: value").fill("2014-01-01")
    assert overflow(page) <= 0
    assert violations(page) == []
    photograph(page, f"query-guide-{scripted_look}")
    page.click("[data-run] button")
    page.wait_for_selector(".result .rows tbody tr")
    head = page.locator(".rows thead th button").all_inner_texts()
    assert head == ["thing", "role", "begin earliest"]
    for cells in (row.locator("td").all_inner_texts() for row in page.locator(".rows tbody tr").all()):
        assert "member" in cells[1].lower()
        assert cells[2] >= "2014-01-01"


def test_the_query_of_a_listing_opens_the_choices_of_its_class(visit):
    page = visit("/sparql")
    listing = "SELECT ?thing ?label WHERE {\n  ?thing a ca:Membership .\n}"
    write(page, listing)
    page.click(".guide summary")
    page.wait_for_selector(".guide li")
    assert page.locator("#guide-class option:checked").inner_text().startswith("membership (")
    assert query_in(page) == listing, "nothing is written before something is chosen"


def test_a_row_of_days_is_not_a_heading_of_its_own(visit):
    page = visit(of(PICTURES["timeline"], view="timeline"))
    page.wait_for_selector(DRAWN["timeline"])
    assert page.locator("svg.picture .row-name").count() <= 1

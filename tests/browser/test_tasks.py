"""What a new reader wants, from the front page and without reading anything first, with the clicks it takes.

A click is a link, a button, a field that is filled in, or a suggestion that is taken. Each task is done with and
without scripts, unless it says otherwise.
"""

import csv
import io

import pytest

from tests.browser.looks import Look

BOTH = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])


class Reader:
    """Somebody at the front page who counts what they do."""

    def __init__(self, visit, scripts=True, size="desktop"):
        self.page, self.clicks = visit("/", Look(size, "light", scripts)), 0

    def click(self, role, name, within="main", exact=True):
        self.clicks += 1
        self.page.locator(within).get_by_role(role, name=name, exact=exact).first.click()
        self.page.wait_for_load_state()

    def search(self, words):
        """Fill in the search field and press Enter: one click."""
        self.clicks += 1
        self.page.get_by_label("Search by name, in any spelling").fill(words)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/search?*")

    @property
    def text(self):
        return self.page.locator("main").inner_text()


@BOTH
def test_who_led_the_government_in_spring_2014_and_who_says_so(visit, scripts):
    reader = Reader(visit, scripts)
    reader.click("link", "Who headed the recognised Libyan government on three days of spring 2014", exact=False)
    assert reader.clicks == 1
    reader.page.get_by_text("Abdullah al-Thani").first.wait_for()
    table = reader.page.locator("main").inner_text()
    assert "Ali Zeidan" in table
    assert "possibly" in table
    assert "surely" in table
    assert "Kyle Orton" in table


@BOTH
def test_the_same_on_the_page_of_the_government_as_of_a_day(visit, scripts):
    reader = Reader(visit, scripts)
    reader.search("Tobruk government")
    reader.click("link", "Tobruk-based government")
    reader.clicks += 1
    reader.page.get_by_label("As of the day").fill("2014-04-15")
    reader.page.get_by_role("button", name="Show").click()
    reader.page.wait_for_url("**?asof=2014-04-15")
    assert reader.clicks == 3
    leaders = reader.page.get_by_role("region", name="Leaders and members")
    assert "Abdullah al-Thani" in leaders.inner_text()
    assert "surely then" in leaders.inner_text()
    assert "Kyle Orton" in leaders.inner_text()
    assert "Ali Zeidan" not in leaders.inner_text()


@BOTH
def test_which_foreign_states_back_which_side_and_how_surely(visit, scripts):
    reader = Reader(visit, scripts)
    reader.click("link", "Explore")
    reader.click("link", "support")
    reader.click("link", "state")
    assert reader.clicks == 3
    rows = reader.page.locator("table.members tbody tr").all_inner_texts()
    assert len(rows) >= 8
    assert any("Qatar \u2013 Libya Dawn" in row and "asserted" in row for row in rows)
    assert any("Turkey \u2013 Libya Dawn" in row for row in rows)
    assert any("Egypt" in row for row in rows)
    assert all(
        any(word in row for word in ("asserted", "hedged", "reported", "disputed", "denied", "open")) for row in rows
    )


@BOTH
def test_what_happened_in_derna(visit, scripts):
    reader = Reader(visit, scripts)
    reader.search("Darnah")
    reader.click("link", "Derna")
    assert reader.clicks == 2
    here = reader.page.get_by_role("region", name="What happened here").inner_text()
    assert "October 2014" in here
    assert "Kyle Orton" in here


def test_what_happened_in_derna_by_a_suggestion(visit):
    reader = Reader(visit)
    reader.clicks += 1
    reader.page.get_by_label("Search by name, in any spelling").press_sequentially("derna")
    reader.page.get_by_role("option", name="Derna places", exact=True).click()
    reader.page.wait_for_url("**/doc/place/derna")
    assert reader.clicks == 1
    assert "What happened here" in reader.text


@BOTH
def test_a_csv_of_all_groups_with_size_estimates(visit, scripts, tmp_path):
    reader = Reader(visit, scripts)
    reader.click("link", "groups")
    reader.clicks += 1
    reader.page.get_by_role("region", name="Size").get_by_role("link", name="given", exact=True).first.click()
    reader.page.wait_for_url("**/browse/Group?size=*")
    with reader.page.expect_download() as loading:
        reader.click("link", "CSV")
    assert reader.clicks == 3
    loading.value.save_as(tmp_path / "groups.csv")
    text = (tmp_path / "groups.csv").read_bytes().decode()
    lines = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(lines) >= 15
    assert all(line["size"] and line["label"] for line in lines)


@BOTH
def test_a_query_of_ones_own_from_a_list(visit, scripts):
    reader = Reader(visit, scripts)
    reader.click("link", "events")
    reader.click("link", "View and edit as SPARQL")
    assert reader.clicks == 2
    reader.page.wait_for_url("**/sparql?query=*")
    reader.page.get_by_text("abduction of prime minister Ali Zeidan").first.wait_for()
    assert "ca:Event" in reader.page.content()


def test_the_tasks_can_be_begun_on_a_phone(visit):
    reader = Reader(visit, size="phone")
    reader.click("link", "groups")
    reader.click("link", "Filters")
    assert reader.page.locator("#filters").is_visible()

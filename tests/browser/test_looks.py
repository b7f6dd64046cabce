"""The watch sees what it is there for: a test of a page that cannot fail would prove nothing."""

import pytest

from tests.browser.looks import Look, Watch, overflow, photograph, until, violations


@pytest.fixture
def watch(chromium, address):
    watch = Watch(chromium, address)
    yield watch
    watch.close()


@pytest.mark.parametrize("path", ["/", "/browse", "/sparql", "/dumps", "/ontology", "/search?q=derna"])
def test_a_page_fits_and_axe_finds_nothing(visit, look, path):
    page = visit(path, look)
    assert overflow(page) <= 0
    assert violations(page, look) == []
    photograph(page, f"{path.strip('/').partition('?')[0] or 'front'}-{look}")


def test_a_request_that_leaves_the_host_is_noticed(watch):
    page = watch("/")
    page.evaluate("fetch('http://127.0.0.1:9/').catch(() => {})")
    # The policy stops it before it leaves.
    until(page, lambda: any("Content Security Policy" in trouble for trouble in watch.troubles))
    page.evaluate("location = 'http://127.0.0.1:9/'")
    until(page, lambda: any("left the host" in trouble for trouble in watch.troubles))


def test_an_error_on_the_console_is_noticed_and_a_refusal_is_none_that_the_test_provokes(watch):
    page = watch("/", refusals=(404,))
    with page.expect_response("**/nothing-here"):
        page.evaluate("fetch('/nothing-here')")
    page.wait_for_timeout(300)
    assert watch.troubles == []
    page.evaluate("console.error('broken')")
    until(page, lambda: watch.troubles)
    assert watch.troubles == ["error on the console: broken"]


def test_axe_and_the_measure_of_width_find_what_is_wrong(watch):
    page = watch("/", Look("phone"))
    wrong = "<table width=900><tr><td><img src='data:,'></table>"
    page.evaluate("wrong => document.querySelector('main').insertAdjacentHTML('beforeend', wrong)", wrong)
    assert overflow(page) > 100
    assert any(found.startswith("image-alt") for found in violations(page))


def test_without_scripts_no_script_of_the_page_runs(watch):
    assert not watch("/", Look(scripts=False)).locator("html.scripted").count()
    assert watch("/").locator("html.scripted").count() == 1

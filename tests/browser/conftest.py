"""Chromium over a live server of the real publication.

Fixture strategy: browser and server are started once for all tests here; each test opens pages with `visit`, which
fails the test afterwards when a request left the host or the console had an error. A test of one look opens
`visit(path)`; one of all looks takes `look` too: `visit(path, look)`. Without chromium the tests are skipped with that
reason; in CI they fail. PHOTOGRAPHS=folder keeps the pictures that tests take.
"""

from pathlib import Path

import pytest

from tests.browser.looks import LOOKS, PATIENCE_MS, SCRIPTED, Watch
from tests.live import ROOT, build_and_publish, free_port, publication, serving
from tests.programs import program

# Nothing of the browser's own may go to the network, and a machine without display or GPU is enough.
_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-dev-shm-usage",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs in a browser is long; `make test` runs it beside the others."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.long)


@pytest.fixture(scope="session")
def chromium():
    """The browser. Closed at the end, whatever happened."""
    path = program("chromium")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    """Settings of the real publication, built and published, at a free port; nobody serves it yet."""
    settings = publication(ROOT, tmp_path_factory.mktemp("browser") / "releases", free_port(), query_seconds=5.0)
    build_and_publish(settings)
    return settings


@pytest.fixture(scope="session")
def address(published, tmp_path_factory):
    """Where the real publication is served, ending with a slash."""
    with serving(published, tmp_path_factory.mktemp("log") / "log") as base:
        yield base


@pytest.fixture
def visit(chromium, address):
    """Opens pages; afterwards the test fails when something went wrong that it did not provoke."""
    watch = Watch(chromium, address)
    yield watch
    watch.close()
    assert not watch.troubles, "\n".join(watch.troubles)


@pytest.fixture(params=LOOKS, ids=str)
def look(request):
    """Each way to look at a page in turn."""
    return request.param


@pytest.fixture(params=SCRIPTED, ids=str)
def scripted_look(request):
    """Each way with scripts."""
    return request.param

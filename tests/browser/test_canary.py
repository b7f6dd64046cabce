"""The hostile publication in Chromium, with scripts on: nothing of it runs, nothing is asked of another host."""

import pytest

from tests.browser.looks import Watch
from tests.canary import WORD, poison
from tests.live import build_and_publish, free_port, serving

PATHS = [
    "/", "/browse", "/browse/Group", "/browse/Event", "/doc/actor/targets", "/doc/actor/huge", "/search?q=targets", "/network", "/timeline", "/map",
    "/sparql?query=SELECT%20*%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20LIMIT%2050", "/sparql?query=%3Csvg%20onload%3Dcanary()%3E", "/dumps", "/dataset", "/linksets",
    "/ontology", "/graph/hostile", "/releases", "/reconcile/preview?id=actor/targets", "/fragments", "/about", "/figures/diagram.svg",
]  # fmt: skip


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Where the hostile publication is served."""
    port = free_port()
    settings = poison(
        tmp_path_factory.mktemp("canary"), port=port, base=f"http://localhost:{port}/", query_seconds=10.0
    )
    build_and_publish(settings)
    with serving(settings, tmp_path_factory.mktemp("log") / "log") as base:
        yield base


@pytest.mark.timeout(600)
def test_nothing_of_a_hostile_publication_runs(chromium, hostile):
    watch = Watch(chromium, hostile)
    page = watch.blank(refusals=(400, 404))
    ran = []
    page.expose_function(WORD, lambda: ran.append(page.url))
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    things = _things(hostile)
    try:
        for path in (*PATHS, *things):
            page.goto(hostile.rstrip("/") + path, wait_until="load")
            page.wait_for_timeout(50)
            live = page.evaluate(
                "() => [...document.querySelectorAll('body *')].filter(e => [...e.attributes].some(a => a.name.startsWith('on'))"
                " || /^(javascript|vbscript|data:text)/i.test(e.href?.baseVal ?? e.href ?? e.src ?? '')).map(e => e.outerHTML.slice(0, 200))"
            )
            assert live == [] or path.endswith(".svg"), (path, live)
    finally:
        watch.close()
    assert ran == []
    # The drawing has a script of its own, which the policy stops: that is told on the console, and is what should be.
    assert [one for one in watch.troubles if "Content Security Policy" not in one] == []


def _things(base):
    """A page of each kind of thing, with its attack in the address."""
    import json
    import urllib.parse
    import urllib.request

    query = "SELECT (MIN(STR(?s)) AS ?one) { ?s a ?c FILTER(STRSTARTS(STR(?s), CONCAT(STR(<>), 'id/')) && !CONTAINS(STR(?s), '#')) } GROUP BY ?c"
    query = query.replace("STR(<>)", f'"{base}"')
    url = f"{base}sparql?" + urllib.parse.urlencode({"query": query, "format": "json"})
    with urllib.request.urlopen(url, timeout=30) as answer:
        rows = json.load(answer)["results"]["bindings"]
    found = sorted({row["one"]["value"][len(base) + 3 :] for row in rows if "one" in row})
    assert len(found) > 10
    return ["/doc/" + urllib.parse.quote(local) for local in found]

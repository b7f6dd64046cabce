"""The real service behind the real nginx and Varnish, set up as docs/deploy.md says: nothing is lost or mixed up.

Fixture strategy: the publication in tests/mini with a name that is not ASCII and enough numbers for a large dump, served by
two processes over one folder of releases; what they answer directly is what must come through a proxy.
"""

import gzip
import hashlib
import itertools
import json
import re
import shutil
import subprocess
import threading
import time
from base64 import b64encode
from contextlib import ExitStack
from dataclasses import dataclass, fields, replace
from urllib.parse import quote

import brotli
import pytest
import zstandard

from service.press.build import build
from service.releases import publish
from service.settings import Settings, read_settings
from tests.live import MINI, build_and_publish, free_port, publication, running
from tests.programs import program
from tests.proxies import Place, forget, nginx, snippet, varnish

pytestmark = [pytest.mark.needs("nginx", "varnishd", "openssl"), pytest.mark.timeout(200)]

NAMES = ("nginx", "varnish", "nginx and varnish")
MAX_AGE = 2
UNPACK = {
    "": bytes, "gzip": gzip.decompress, "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
}  # fmt: skip
HEAD = (MINI / "triples" / "mini" / "railway.ttl").read_text().partition("\n\n")[0]
STATION = "/doc/station/alder-halt"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
# Differ between any two answers, or belong to one connection.
FLEETING = {
    "date", "age", "via", "x-varnish", "x-cache", "server", "connection", "server-timing", "accept-ranges",
    "transfer-encoding", "content-length", "keep-alive",
}  # fmt: skip
_numbers = itertools.count()


@dataclass
class World:
    """The service as processes, and the proxies before them by name; `behind` has the process behind each."""

    settings: Settings
    direct: Place
    proxies: dict[str, Place]
    behind: dict[str, Place]


def many(count):
    """Statements of our own that fill a dump."""
    lines = [
        f'station:s{i} a mini:Station ; rdfs:label "Halt {i}"@en ; mini:opened {1800 + i % 200} .'
        for i in range(count)
    ]
    odd = '<station/Žižkov> a mini:Station ; rdfs:label "Žižkov"@cs .'
    return "\n".join([HEAD, *lines, odd, ""])


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("proxied")
    shutil.copytree(MINI, folder / "mini")
    (folder / "mini" / "triples" / "mini" / "more.ttl").write_text(many(4000))
    settings = publication(
        folder / "mini", folder / "releases", free_port(),
        proxies=1, max_age=MAX_AGE, client_queries=1, query_seconds=3.0, workers=2, slow_workers=2,
    )  # fmt: skip
    build_and_publish(settings)
    other = replace(settings, port=free_port(), proxies=2)
    for name in ("nginx", "varnish", "inner", "outer"):
        (folder / name).mkdir()
    with ExitStack() as stack:
        stack.enter_context(running(settings, folder / "one.log"))
        stack.enter_context(running(other, folder / "two.log"))
        direct, second = Place("direct", settings.port), Place("direct", other.port)
        until(lambda: ready(second))
        inner = stack.enter_context(varnish(folder / "inner", other.port))
        off = {"proxy_cache conflict_actors;": "proxy_cache off;"}
        proxies = {
            "nginx": stack.enter_context(nginx(folder / "nginx", settings.port)),
            "varnish": stack.enter_context(varnish(folder / "varnish", settings.port)),
            "nginx and varnish": stack.enter_context(nginx(folder / "outer", inner.port, off)),
        }
        yield World(settings, direct, proxies, dict(zip(NAMES, (direct, direct, second), strict=True)))


@pytest.fixture(params=NAMES)
def which(request):
    return request.param


@pytest.fixture
def proxy(world, which):
    return world.proxies[which]


@pytest.fixture
def direct(world, which):
    """The process behind the proxy."""
    return world.behind[which]


def ready(place):
    try:
        return place.ask("/-/ready").status == 200
    except OSError:
        return False


def until(is_so, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"not so within {seconds} s"
        time.sleep(0.05)


def fresh(path):
    """The same path at a URL nobody has asked for yet."""
    return f"{path}{'&' if '?' in path else '?'}n={next(_numbers)}"


def sparql(query):
    return f"/sparql?query={quote(query)}"


def lasting(answer):
    """What must be the same wherever it comes from."""
    kept = {name: value for name, value in answer.headers.items() if name not in FLEETING}
    return answer.status, kept, answer.body


# What is kept


@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "application/n-quads", "application/ld+json"])
@pytest.mark.parametrize(
    "path", [STATION, "/ontology", "/fragments?predicate=rdf:type", sparql("DESCRIBE * { ?x a mini:Link }")]
)
def test_an_answer_is_kept_and_is_the_one_of_the_service(direct, proxy, path, accept):
    path = fresh(path)
    first, second = (proxy.ask(path, accept=accept) for _ in range(2))
    assert (first.is_kept, second.is_kept) == (False, True)
    assert lasting(first) == lasting(second) == lasting(direct.ask(path, accept=accept))
    assert int(second.headers.get("age", "0")) <= MAX_AGE


def test_each_format_and_coding_is_kept_apart(direct, proxy):
    """All of them asked for at one URL, twice and in another order: nobody gets what was made for somebody else."""
    path = fresh(STATION)
    wishes = list(itertools.product(["text/html", "text/turtle", "application/ld+json"], UNPACK))
    expected = {wish: direct.ask(path, accept=wish[0], accept_encoding=wish[1]) for wish in wishes}
    assert len({answer.headers["etag"] for answer in expected.values()}) == len(wishes)
    plain = {accept: expected[accept, ""].body for accept, _ in wishes}
    for accept, coding in [*wishes, *reversed(wishes)]:
        answer = proxy.ask(path, accept=accept, accept_encoding=coding)
        assert lasting(answer) == lasting(expected[accept, coding])
        assert answer.headers.get("content-encoding", "") == coding
        assert UNPACK[coding](answer.body) == plain[accept]


def test_a_browser_gets_the_densest_coding(proxy):
    answer = proxy.ask(STATION, accept="text/html", accept_encoding="gzip, deflate, br, zstd")
    assert answer.headers["content-encoding"] == "zstd"
    assert b"Alder Halt" in UNPACK["zstd"](answer.body)


@pytest.mark.parametrize("path", [STATION, sparql("SELECT * { ?x a mini:Link }"), "/dumps/all.nt.gz"])
def test_who_has_it_already_is_told_so(direct, proxy, path):
    path = fresh(path)
    for tag in (direct.ask(path).headers["etag"], '"other"'):
        for _ in range(2):
            answer = proxy.ask(path, if_none_match=tag)
            assert (answer.status, bool(answer.body)) == ((200, True) if tag == '"other"' else (304, False))
            assert answer.headers["etag"] != '"other"'


@pytest.mark.parametrize(
    "path", [STATION, "/id/station/alder-halt", "/", "/dumps/all.nt", sparql("ASK {}"), "/nothing"]
)
def test_head_has_the_headers_of_get(proxy, path):
    path = fresh(path)
    head, got = proxy.ask(path, "HEAD"), proxy.ask(path)
    again = proxy.ask(path, "HEAD")
    assert head.body == again.body == b""
    assert lasting(head)[:2] == lasting(got)[:2] == lasting(again)[:2]


def test_posts_are_answered_and_never_kept(proxy):
    for number in (1, 2):
        query = f"SELECT ?x {{ ?x a mini:Link }} LIMIT {number}".encode()
        answer = proxy.ask("/sparql", "POST", query, content_type="application/sparql-query", accept="text/csv")
        assert (answer.status, len(answer.body.split())) == (200, 1 + number)
        assert not answer.is_kept
    preflight = proxy.ask("/sparql", "OPTIONS", origin="https://example.org", access_control_request_method="POST")
    assert preflight.status == 204
    assert "POST" in preflight.headers["access-control-allow-methods"]


def test_probes_are_asked_each_time_and_figures_are_not_for_strangers(direct, proxy):
    assert [proxy.ask("/-/release").is_kept for _ in range(3)] == [False] * 3
    assert direct.ask("/-/metrics").status == 200
    for path in ("/-/metrics", "/-/metrics/", "/-/m%65trics", "/%2D/metrics", "//-/metrics", "/-%2Fmetrics"):
        assert proxy.ask(path).status in (301, 308, 404), path


# Errors

ERRORS = [
    pytest.param("GET", "/doc/station/nowhere", {}, 404, id="not found"),
    pytest.param("GET", sparql("SELECT * { ?s ?p }"), {}, 400, id="does not parse"),
    pytest.param("GET", sparql("ASK {}") + "&format=docx", {}, 400, id="no such format"),
    pytest.param("GET", "/sparql?update=CLEAR%20ALL", {}, 403, id="update"),
    pytest.param("GET", STATION, {"accept": "image/png"}, 406, id="no such representation"),
    pytest.param("DELETE", STATION, {}, 405, id="method"),
    pytest.param("POST", "/sparql", {"content_type": "application/sparql-query"}, 413, id="too long"),
    pytest.param("POST", "/sparql", {"content_type": "text/plain"}, 415, id="no query"),
    pytest.param("GET", sparql(ENDLESS), {}, 503, id="stopped"),
]


def test_a_long_query_may_stand_in_the_url(proxy):
    answer = proxy.ask(fresh(sparql("ASK {} #" + "x" * 50_000)))
    assert (answer.status, json.loads(answer.body)["boolean"]) == (200, True)


@pytest.mark.parametrize(("method", "path", "headers", "status"), ERRORS)
def test_an_error_arrives_as_it_is_and_is_not_kept(direct, proxy, method, path, headers, status):
    path, body = fresh(path), b"x" * (300_000 if status == 413 else 1) if method == "POST" else None
    answers = [place.ask(path, method, body, **headers) for place in (direct, proxy, proxy)]
    assert [answer.status for answer in answers] == [status] * 3
    for answer in answers[1:]:
        assert not answer.is_kept
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers.get("retry-after") == answers[0].headers.get("retry-after")
        assert json.loads(answer.body) == json.loads(answers[0].body)


def test_a_page_for_a_person_who_is_lost_arrives_too(direct, proxy):
    path = fresh("/doc/station/nowhere")
    assert lasting(proxy.ask(path, accept="text/html")) == lasting(direct.ask(path, accept="text/html"))


# Files


@pytest.mark.parametrize("name", ["all.nq", "all.ttl.gz", "all.nt.zst", "class-Station.csv"])
def test_a_file_arrives_as_it_was_hashed(direct, proxy, name):
    release = json.loads(direct.ask("/-/release").body)
    known = next(one for one in release["dumps"] if one["name"] == name)
    for path in (f"/dumps/{name}", f"/release/{release['id']}/dumps/{name}"):
        for _ in range(2):
            answer = proxy.ask(path, accept_encoding="gzip, br, zstd")
            assert (answer.status, len(answer.body)) == (200, known["size"])
            digest = hashlib.sha256(answer.body)
            assert digest.hexdigest() == known["sha256"]
            assert answer.headers["repr-digest"] == f"sha-256=:{b64encode(digest.digest()).decode()}:"
            assert answer.headers["etag"] == f'"{known["sha256"]}"'
            assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    ("wish", "first", "last"),
    [("bytes=0-0", 0, 0), ("bytes=100-199", 100, 199), ("bytes=-50", -50, -1), ("bytes=200000-", 200_000, -1)],
)
def test_a_part_of_a_file_is_that_part(direct, proxy, wish, first, last):
    whole = direct.ask("/dumps/all.nq")
    size = len(whole.body)
    for _ in range(2):
        part = proxy.ask("/dumps/all.nq", range=wish)
        begin, end = first % size, last % size
        assert (part.status, part.body) == (206, whole.body[begin : end + 1])
        assert part.headers["content-range"] == f"bytes {begin}-{end}/{size}"
        assert part.headers["repr-digest"] == whole.headers["repr-digest"]


def test_a_download_that_broke_off_goes_on_only_with_the_same_file(direct, proxy):
    whole = direct.ask("/dumps/all.nq")
    rest = proxy.ask("/dumps/all.nq", range="bytes=1000-", if_range=whole.headers["etag"])
    assert (rest.status, rest.body) == (206, whole.body[1000:])
    assert proxy.ask("/dumps/all.nq", range="bytes=1000-", if_range='"other"').body == whole.body
    beyond = proxy.ask("/dumps/all.nq", range="bytes=999999999-")
    assert (beyond.status, beyond.headers["content-range"]) == (416, f"bytes */{len(whole.body)}")
    assert beyond.headers["content-type"] == "application/problem+json"


def test_a_part_of_a_kept_page_is_that_part_or_the_whole(proxy):
    path = fresh(STATION)
    whole = proxy.ask(path)
    for _ in range(2):
        part = proxy.ask(path, range="bytes=10-99")
        assert (part.status, part.body) in ((206, whole.body[10:100]), (200, whole.body))


# Requests arrive unchanged

ODD = [
    "/doc/station/%C5%BDi%C5%BEkov", "/id/station/%C5%BDi%C5%BEkov", "/doc/station/Železná".encode().decode("latin-1"),
    "/doc/station%2Falder-halt", "/doc/station/alder%2Dhalt", "/id/station/a%3Ab%2Fc", "/id/station/a:b@c;d=e,f",
    "/doc/station/..%2f..%2fetc%2fpasswd", "/doc//station//alder-halt", "/doc/station/alder-halt/", "/id/station/%E0%A4%A",
    "/id/station/a%20b+c", "/links?uri=http%3A%2F%2Flocalhost%2Fid%2F%25C5%25BD", "/search?q=%C5%BDi%C5%BEkov", "/id/station/%00",
    "/fragments?object=%22%C5%BDi%C5%BEkov%22%40cs", "/id/station/" + "x" * 3000,
]  # fmt: skip
# What a proxy may refuse before we see it: no character at all, and one that ends strings.
REFUSED = ("/id/station/%E0%A4%A", "/id/station/%00")


@pytest.mark.parametrize("path", ODD, ids=lambda path: ascii(path)[:50])
def test_a_url_reaches_the_service_as_it_was_written(direct, proxy, path):
    path = path if path.isascii() else quote(path.encode("latin-1"), safe="/")
    expected, first, second = (place.ask(path, accept="text/turtle") for place in (direct, proxy, proxy))
    if path in REFUSED and first.headers["content-type"] != "application/problem+json":
        assert first.status == second.status == 400
        return
    assert lasting(first) == lasting(second) == lasting(expected)


def test_names_that_are_not_ascii_lead_somewhere(proxy):
    answer = proxy.ask("/doc/station/%C5%BDi%C5%BEkov", accept="text/turtle")
    assert (answer.status, "Žižkov" in answer.body.decode()) == (200, True)


LIES = {
    "x_forwarded_host": "evil.example", "x_forwarded_proto": "gopher", "x_forwarded_prefix": "/evil", "x_forwarded_port": "666",
    "forwarded": 'host="evil.example";proto=https;for="_evil"', "x_original_url": "/-/metrics", "x_rewrite_url": "/-/metrics",
    "x_http_method_override": "DELETE", "x_host": "evil.example", "x_forwarded_scheme": "evil", "cookie": "a=b",
}  # fmt: skip


@pytest.mark.parametrize(
    "path", [STATION, "/id/station/alder-halt", "/fragments", "/dataset", "/releases", "/", "/nothing"]
)
def test_what_a_stranger_says_of_the_way_here_changes_nothing_for_the_next(direct, proxy, path):
    path = fresh(path)
    lied_to, next_one = proxy.ask(path, accept="text/html", **LIES), proxy.ask(path, accept="text/html")
    assert lasting(lied_to) == lasting(next_one) == lasting(direct.ask(path, accept="text/html"))
    assert b"evil" not in lied_to.body
    assert "evil" not in str(lied_to.headers)


@pytest.mark.parametrize(
    "path", [STATION, "/id/station/alder-halt", "/doc//station//alder-halt", "/dataset", "/fragments", "/"]
)
def test_the_host_header_changes_nothing(world, path):
    """Directly: a proxy has a name of its own to tell."""
    path = fresh(path)
    lied_to = world.direct.ask(path, host="evil.example", accept="text/html")
    assert lied_to.status in (200, 303, 308)
    assert "evil" not in f"{lied_to.headers} {lied_to.body!r}"
    assert lasting(lied_to) == lasting(world.direct.ask(path, accept="text/html"))


def test_every_client_has_its_own_limit_and_cannot_write_himself_another_address(proxy):
    """A client may have one query running here. Others come from other addresses, through the same proxies."""
    begun = threading.Event()

    def hog():
        begun.set()
        proxy.ask(fresh(sparql(ENDLESS)))

    thread = threading.Thread(target=hog)
    thread.start()
    begun.wait()
    time.sleep(0.8)
    question = sparql("ASK { ?s ?p ?o }")
    again = [proxy.ask(fresh(question)), proxy.ask(fresh(question), x_forwarded_for="192.0.2.7"),
             proxy.ask(fresh(question), forwarded="for=192.0.2.7", x_real_ip="192.0.2.7")]  # fmt: skip
    other = proxy.ask(fresh(question), source="127.0.0.9")
    thread.join()
    assert [answer.status for answer in again] == [429] * 3
    assert json.loads(again[0].body)["limit"] == "queries of a client"
    assert other.status == 200
    assert proxy.ask(fresh(question)).status == 200


def test_plain_http_leads_to_tls_and_http_2_is_spoken(world):
    proxy = world.proxies["nginx"]
    plain = Place("plain", int((proxy.folder / "plain-port").read_text()))
    moved = plain.ask("/doc/station/a%2Fb?x=%C5%BD", host="evil.example")
    assert (moved.status, moved.headers["location"]) == (301, "https://data.example.org/doc/station/a%2Fb?x=%C5%BD")
    done = subprocess.run(
        [program("curl"), "-sS", "--http2", "--cacert", str(proxy.folder / "fullchain.pem"), "-o", "/dev/null",
         "-w", "%{http_version} %{http_code}", f"https://127.0.0.1:{proxy.port}{STATION}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "2 200"


# What changes


def test_a_new_release_is_everywhere_soon(world):
    """Within MAX_AGE and one more request; at once where the cache is told to forget."""
    paths = (STATION, sparql("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"), "/dumps/all.nt", "/ontology")
    before = {(name, path): proxy.ask(path) for name, proxy in world.proxies.items() for path in paths}
    railway = world.settings.triples / "mini" / "railway.ttl"
    railway.write_text(railway.read_text().replace("mini:opened 1903", "mini:opened 1904 , 1923"))
    publish(world.settings.releases, build(world.settings).id)
    forget(world.proxies["varnish"])
    assert "1923" in world.proxies["varnish"].ask(STATION).body.decode()
    for path in paths:
        for name, proxy in world.proxies.items():
            now = world.behind[name].ask(path)
            until(lambda proxy=proxy, path=path, now=now: lasting(proxy.ask(path)) == lasting(now), MAX_AGE + 8)
            old = before[name, path].headers["etag"]
            assert proxy.ask(path, if_none_match=old).status == (304 if old == now.headers["etag"] else 200)


@pytest.fixture
def shaky(world, tmp_path):
    """A service of its own that a test may kill, with a replica, behind nginx and behind Varnish."""
    settings = [replace(world.settings, port=free_port()) for _ in range(2)]
    for name in ("nginx", "varnish"):
        (tmp_path / name).mkdir()
    with ExitStack() as stack:
        processes = [stack.enter_context(running(one, tmp_path / f"{one.port}.log")) for one in settings]
        for one in settings:
            until(lambda one=one: ready(Place("direct", one.port)))
        both = {"# server 127.0.0.1:8001": f"server 127.0.0.1:{settings[1].port}"}
        before = stack.enter_context(nginx(tmp_path / "nginx", settings[0].port, both))
        kept = stack.enter_context(varnish(tmp_path / "varnish", settings[0].port))
        yield processes, [Place("direct", one.port) for one in settings], before, kept


def end(process, place):
    """Kill the process without warning; what it has started ends with it."""
    process.kill()
    process.wait()
    until(lambda: not ready(place))


def test_a_replica_that_dies_is_not_missed_and_with_all_gone_there_is_still_an_answer(shaky):
    processes, (first, second), before, kept = shaky
    for proxy in (before, kept):
        assert [proxy.ask(STATION).status for _ in range(2)] == [200, 200]
    end(processes[0], first)
    question = sparql("ASK { ?s ?p ?o }")
    assert [before.ask(fresh(question)).status for _ in range(40)] == [200] * 40
    end(processes[1], second)
    for proxy in (before, kept):
        assert proxy.ask(STATION).status == 200
        gone = proxy.ask(fresh(question))
        assert (gone.status, json.loads(gone.body)["status"], gone.headers["retry-after"]) == (503, 503, "5")
        assert (gone.headers["content-type"], gone.headers["cache-control"]) == (
            "application/problem+json",
            "no-store",
        )


# The rest of the guide


def test_the_unit_sets_settings_that_exist_and_starts_what_exists():
    unit = snippet("ini")
    given = dict(line.split("=", 1) for line in re.findall(r"^Environment=(.*)$", unit, re.MULTILINE))
    known = {field.name.upper() for field in fields(Settings)}
    assert set(given) <= known
    settings = read_settings(given | {"PORT": "8000"})
    assert (settings.proxies, settings.base_iri) == (1, "https://data.example.org/")
    command = re.search(r"^ExecStart=\S+/bin/(\S+) (\S+)$", unit, re.MULTILINE)
    assert command
    told = subprocess.run([program(command[1]), command[2], "--help"], capture_output=True, text=True, check=True)
    assert "Serve the published release" in told.stdout


def test_the_rules_for_w3id_lead_every_path_to_the_same_path_and_keep_a_post_a_post():
    rules = re.findall(r"^RewriteRule (\S+) (\S+) \[R=(\d+),L\]$", snippet("apache"), re.MULTILINE)
    for path in (
        "",
        "id/station/alder-halt",
        "doc/a/b.ttl",
        "ontology",
        "sparql",
        "links",
        "dumps/all.nq",
        "linksets/x",
    ):
        pattern, target, status = next(rule for rule in rules if re.search(rule[0], path))
        assert re.sub(pattern, target.replace("$1", r"\1"), path, count=1) == f"https://data.example.org/{path}"
        assert status == ("307" if path in ("sparql", "links", "reconcile") else "302")


def test_the_table_of_what_caches_may_keep_is_what_is_sent(world):
    told = {"60": str(MAX_AGE), "300": str(5 * MAX_AGE)}
    release = json.loads(world.direct.ask("/-/release").body)["id"]
    expected = {
        f"public, max-age={told['60']}, stale-while-revalidate={told['300']}": [STATION, sparql("ASK {}")],
        "public, max-age=31536000, immutable, no-transform": [f"/release/{release}/dumps/all.nt"],
        "public, no-cache": ["/releases", "/feed.atom"],
        "no-store": ["/nothing", "/-/alive", "/-/release", sparql("SELECT (NOW() AS ?x) {}")],
    }
    for value, paths in expected.items():
        assert {path: world.direct.ask(path).headers["cache-control"] for path in paths} == dict.fromkeys(
            paths, value
        )

"""Large answers over a socket: graphs go out packed as they lie on the disk, results are packed on the way."""

import gzip
from urllib.parse import quote

import pytest
import zstandard

from tests.live import build_and_publish, free_port, running
from tests.publications import RAILWAY, copy_mini, root_of
from tests.raw import exchange, request

UNPACK = {"gzip": gzip.decompress, "zstd": lambda body: zstandard.ZstdDecompressor().stream_reader(body).read()}
# More than a reply in memory may have (1 MiB).
_LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000"


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packing")
    port = free_port()
    settings = copy_mini(folder, port=port, base=f"http://localhost:{port}/")
    with (root_of(settings) / RAILWAY).open("a") as file:
        file.write(
            f'<https://example.org/mini/id/story/long> <http://www.w3.org/2000/01/rdf-schema#comment> "{"a long story, " * 120_000}"@en .\n'
        )
    build_and_publish(settings)
    with running(settings, folder / "log") as started:
        started.port = settings.port
        yield started


def ask(process, path, method="GET", **headers):
    return exchange(process.port, request(method, path, **headers), method)


RESULT = f"/sparql?query={quote(_LARGE)}&format=csv"


@pytest.mark.parametrize("coding", UNPACK)
def test_a_large_result_is_packed_for_who_can_read_it(process, coding):
    plain, coded = ask(process, RESULT), ask(process, RESULT, Accept_Encoding=coding)
    assert len(plain.body) > 1 << 20
    assert "content-encoding" not in plain.headers
    assert coded.headers["content-encoding"] == coding
    assert sorted(UNPACK[coding](coded.body).split()) == sorted(plain.body.split())
    assert len(coded.body) < len(plain.body) / 5
    for answer in (plain, coded):
        assert "Accept-Encoding" in answer.headers["vary"]
    assert plain.headers["etag"].startswith('W/"')
    assert coded.headers["etag"] == plain.headers["etag"][:-1] + f'-{coding}"'
    assert ask(process, RESULT, Accept_Encoding=coding, If_None_Match=coded.headers["etag"]).status == 304


def test_head_says_what_get_sends(process):
    head = ask(process, RESULT, "HEAD", Accept_Encoding="gzip")
    assert (head.status, head.headers["content-encoding"], head.body) == (200, "gzip", b"")
    assert int(head.headers["content-length"]) > 0


@pytest.mark.parametrize("path", ["/graph/mini.nt", "/graph/mini.ttl", "/graph-store?default&format=nt"])
def test_a_large_graph_goes_out_as_it_lies_packed_on_the_disk(process, path):
    plain = ask(process, path)
    assert len(plain.body) > 1 << 20
    for coding, unpack in UNPACK.items():
        for _ in ("new", "kept"):
            coded = ask(process, path, Accept_Encoding=f"{coding}, br")
            assert coded.headers["content-encoding"] == coding
            assert unpack(coded.body) == plain.body
            assert "Accept-Encoding" in coded.headers["vary"]
        tag = coded.headers["etag"]
        assert tag == f'{plain.headers["etag"][:-1]}-{coding}"'
        assert ask(process, path, Accept_Encoding=coding, If_None_Match=tag).status == 304
        part = ask(process, path, Accept_Encoding=coding, Range="bytes=5-9", If_Range=tag)
        assert (part.status, part.body) == (206, coded.body[5:10])
        other = ask(process, path, Accept_Encoding=coding, Range="bytes=5-9", If_Range=plain.headers["etag"])
        assert (other.status, other.body) == (200, coded.body)
        head = ask(process, path, "HEAD", Accept_Encoding=coding)
        assert int(head.headers["content-length"]) == len(coded.body)


def test_who_reads_only_brotli_gets_a_large_graph_as_it_is(process):
    # After others were sent it packed, too: what is kept is the plain file.
    assert "content-encoding" in ask(process, "/graph/mini.nt", Accept_Encoding="br, gzip").headers
    assert "content-encoding" not in ask(process, "/graph/mini.nt", Accept_Encoding="br").headers


def test_a_dump_is_what_it_is(process):
    answer = ask(process, "/dumps/graph-mini.nt", Accept_Encoding="gzip, zstd, br")
    assert "content-encoding" not in answer.headers
    assert "vary" not in answer.headers or "Accept-Encoding" not in answer.headers["vary"]

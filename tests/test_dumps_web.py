"""The download page and its files: names, types, ranges, digests."""

import gzip
import hashlib
from base64 import b64encode

import pytest
from werkzeug.test import Client

from service.web.door import Door
from tests.engines import get, harbour, page


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return harbour(tmp_path_factory.mktemp("releases"))


def test_the_page_lists_every_file_with_size_and_checksum(app):
    text = page(app, "/dumps")
    for name in ("all.nq", "all.ttl", "all.ttl.gz"):
        body = get(app, f"/dumps/{name}").data
        assert f'href="/dumps/{name}"' in text
        assert hashlib.sha256(body).hexdigest() in text
    assert "curl -C - -O http://localhost:8000/" in text


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("all.nq", "application/n-quads"),
        ("all.ttl", "text/turtle; charset=utf-8"),
        ("all.ttl.gz", "application/gzip"),
    ],
)
def test_a_file_is_sent_as_what_it_is(app, name, content_type):
    response = get(app, f"/dumps/{name}")
    assert response.headers["Content-Type"] == content_type
    assert "Content-Encoding" not in response.headers
    digest = b64encode(hashlib.sha256(response.data).digest()).decode()
    assert response.headers["Repr-Digest"] == f"sha-256=:{digest}:"
    assert response.headers["ETag"] == f'"{hashlib.sha256(response.data).hexdigest()}"'


def test_a_packed_file_unpacks_to_the_plain_one(app):
    assert gzip.decompress(get(app, "/dumps/all.ttl.gz").data) == get(app, "/dumps/all.ttl").data


def test_an_interrupted_download_goes_on(app):
    whole = get(app, "/dumps/all.nq")
    part = get(app, "/dumps/all.nq", **{"Range": "bytes=10-", "If-Range": whole.headers["ETag"]})
    assert part.status_code == 206
    assert whole.data[:10] + part.data == whole.data
    assert part.headers["Content-Range"] == f"bytes 10-{len(whole.data) - 1}/{len(whole.data)}"


@pytest.mark.parametrize(
    ("wanted", "status"),
    [("bytes=0-0", 206), ("bytes=-5", 206), ("bytes= 0-4", 206), ("bytes=0-99999999", 206), ("bytes=99999999-", 416),
     ("lines=1-2", 200), ("bytes=0-1,4-5", 200), ("bytes=b-a", 200), ("bytes=", 200), ("bytes=5-1", 200), ("0-1", 200)],
)  # fmt: skip
def test_one_range_is_honoured_and_what_is_none_is_ignored(app, wanted, status):
    assert get(app, "/dumps/all.nq", Range=wanted).status_code == status


def test_a_range_beyond_the_end_says_how_long_the_file_is(app):
    size = len(get(app, "/dumps/all.nq").data)
    refused = get(app, "/dumps/all.nq", "application/json", Range="bytes=99999999-")
    assert refused.headers["Content-Range"] == f"bytes */{size}"
    assert refused.json["status"] == 416


def test_the_digest_of_a_part_is_that_of_the_whole(app):
    whole = get(app, "/dumps/all.nq")
    part = get(app, "/dumps/all.nq", Range="bytes=1-2")
    assert part.headers["Repr-Digest"] == whole.headers["Repr-Digest"]
    assert part.headers["Accept-Ranges"] == whole.headers["Accept-Ranges"] == "bytes"


def test_a_saved_file_has_the_release_in_its_name(app):
    assert get(app, "/dumps/all.ttl.gz").headers["Content-Disposition"] == "attachment; filename=all-r1.ttl.gz"


def test_nobody_packs_a_file_again_on_its_way(app):
    response = Client(Door(app)).get("/dumps/all.ttl", headers={"Accept-Encoding": "gzip, br, zstd"})
    assert "Content-Encoding" not in response.headers
    assert "no-transform" in response.headers["Cache-Control"]
    assert response.headers["ETag"] == f'"{hashlib.sha256(response.data).hexdigest()}"'


def test_checksums_are_those_that_sha256sum_reads(app):
    sums = get(app, "/dumps/SHA256SUMS").get_data(as_text=True)
    known = dict(reversed(line.split("  ")) for line in sums.splitlines())
    assert set(known) == {"all.nq", "all.ttl", "all.ttl.gz"}
    for name, checksum in known.items():
        assert hashlib.sha256(get(app, f"/dumps/{name}").data).hexdigest() == checksum
    assert get(app, "/release/r1/dumps/SHA256SUMS").get_data(as_text=True) == sums


def test_a_range_of_another_version_is_not_mixed_in(app):
    assert get(app, "/dumps/all.nq", **{"Range": "bytes=10-", "If-Range": '"old"'}).status_code == 200


def test_a_file_the_client_has_is_not_sent_again(app):
    tag = get(app, "/dumps/all.nq").headers["ETag"]
    assert get(app, "/dumps/all.nq", **{"If-None-Match": tag}).status_code == 304


def test_head_tells_the_length(app):
    with app.test_client().head("/dumps/all.nq") as response:
        assert not response.data
    assert int(response.headers["Content-Length"]) == len(get(app, "/dumps/all.nq").data)


@pytest.mark.parametrize(
    "path",
    ["/dumps/nothing.nq", "/dumps/..%2fmanifest.json", "/dumps/%2e%2e%2fmanifest.json", "/dumps/..%5cmanifest.json",
     "/dumps/%252e%252e%252fmanifest.json", "/dumps/all.nq%00", "/dumps/../manifest.json", "/dumps//etc/passwd", "/dumps/./all.nq/x",
     "/dumps/%2fetc%2fpasswd", "/dumps/..", "/dumps/.", "/dumps/..\\manifest.json", "/dumps/all.nq%20", "/dumps/ALL.nq", "/dumps/all.nq/",
     "/dumps/..%c0%af..%c0%afmanifest.json", "/dumps/%e0%80%ae./manifest.json", "/dumps/" + "a" * 5000, "/dumps/file:%2f%2f%2fetc%2fpasswd",
     "/dumps/%2e%2e", "/dumps/..;/manifest.json", "/dumps/%5c%5chost%5cshare", "/dumps/C:%5cboot.ini", "/dumps/manifest.json"],
    ids=lambda path: path[:40],
)  # fmt: skip
@pytest.mark.parametrize("folder", ["/dumps/", "/release/r1/dumps/"])
def test_only_names_in_the_manifest_lead_to_a_file(app, path, folder):
    response = get(app, folder + path.removeprefix("/dumps/"), "*/*")
    assert response.status_code in (200, 404, 308)
    # /dumps/. and /dumps/.. are tidied by the client, and lead to pages; no file is ever sent.
    assert "attachment" not in response.headers.get("Content-Disposition", "")
    assert b'"prefixes"' not in response.data
    assert b"root:" not in response.data


def test_a_file_of_a_named_release_never_changes(app):
    response = get(app, "/release/r1/dumps/all.nq")
    assert response.status_code == 200
    assert "immutable" in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    ["/release/r2/dumps/all.nq", "/release/..%2f/dumps/all.nq", "/release/r1/dumps/store", "/release/%2e%2e/dumps/all.nq",
     "/release/current/dumps/all.nq", "/release/r1%00/dumps/all.nq", "/release/r1%2f/dumps/all.nq", "/release/.%2fr1/dumps/all.nq",
     "/release/%252e%252e/dumps/all.nq", "/release/..%5cr1/dumps/all.nq", "/release/../patch", "/release/current/patch",
     "/release/..%2fr1/patch", "/release/..%2fr1"],
)  # fmt: skip
def test_an_unknown_release_or_file_is_not_found(app, path):
    response = get(app, path)
    assert response.status_code in ((404, 308) if "%2f/" in path else (404,))

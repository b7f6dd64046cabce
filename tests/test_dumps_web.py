"""The download page and its files: names, types, ranges, digests."""

import gzip
import hashlib
from base64 import b64encode

import pytest

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
    assert "curl -C - -O http://localhost:8000/dumps/all.ttl.gz" in text


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
    ("wanted", "status"), [("bytes=0-0", 206), ("bytes=-5", 206), ("bytes=99999999-", 416), ("lines=1-2", 200)]
)
def test_ranges_are_honoured_or_refused(app, wanted, status):
    assert get(app, "/dumps/all.nq", Range=wanted).status_code == status


def test_a_range_of_another_version_is_not_mixed_in(app):
    assert get(app, "/dumps/all.nq", **{"Range": "bytes=10-", "If-Range": '"old"'}).status_code == 200


def test_a_file_the_client_has_is_not_sent_again(app):
    tag = get(app, "/dumps/all.nq").headers["ETag"]
    assert get(app, "/dumps/all.nq", **{"If-None-Match": tag}).status_code == 304


def test_head_tells_the_length(app):
    response = app.test_client().head("/dumps/all.nq")
    assert int(response.headers["Content-Length"]) == len(get(app, "/dumps/all.nq").data)


@pytest.mark.parametrize(
    "path",
    ["/dumps/nothing.nq", "/dumps/..%2fmanifest.json", "/dumps/%2e%2e%2fmanifest.json", "/dumps/..%5cmanifest.json",
     "/dumps/%252e%252e%252fmanifest.json", "/dumps/all.nq%00", "/dumps/../manifest.json", "/dumps//etc/passwd", "/dumps/./all.nq/x"],
)  # fmt: skip
def test_only_names_in_the_manifest_lead_to_a_file(app, path):
    assert get(app, path, "*/*").status_code in (404, 308)


def test_a_file_of_a_named_release_never_changes(app):
    response = get(app, "/release/r1/dumps/all.nq")
    assert response.status_code == 200
    assert "immutable" in response.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/release/r2/dumps/all.nq", "/release/../dumps/all.nq", "/release/r1/dumps/store"])
def test_an_unknown_release_or_file_is_not_found(app, path):
    assert get(app, path).status_code == 404

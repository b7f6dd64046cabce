"""A download that is cut off goes on where it stopped, over a real socket, with the client people use."""

import hashlib
import http.client
import shutil
import socket
import subprocess
import urllib.request

import pytest

from service.press.build import build
from service.releases import publish
from tests.live import MINI, build_and_publish, free_port, publication, serving

# The file must be larger than what the system buffers, or it is sent before anybody can cut it off.
_STATIONS = 60_000


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    """(settings, release, address) of mini with a large graph more."""
    folder = tmp_path_factory.mktemp("resume")
    shutil.copytree(MINI, folder / "mini")
    (folder / "mini/triples/many").mkdir()
    stations = "".join(f'station:s{n} rdfs:comment "comment number {n}" .\n' for n in range(_STATIONS))
    prefixes = (
        "@prefix station: <https://example.org/mini/id/station/> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    )
    (folder / "mini/triples/many/many.ttl").write_text(prefixes + stations)
    settings = publication(folder / "mini", folder / "releases", free_port())
    release = build_and_publish(settings)
    with serving(settings, folder / "log") as base:
        yield settings, release, base


def cut_off(port, path, least):
    """The first bytes of a response whose client goes away in the middle of it."""
    with socket.create_connection(("localhost", port), timeout=20) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        found = b""
        while len(found) < least:
            found += client.recv(65536)
    head, _, body = found.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    return body


@pytest.mark.parametrize("name", ["all.nq", "all.nq.zst"])
def test_a_download_killed_half_way_is_resumed_and_its_checksum_is_right(live, name):
    settings, release, base = live
    known = release.dumps[name]
    begun = cut_off(settings.port, f"/release/{release.id}/dumps/{name}", known.size // 2)
    assert 0 < len(begun) < known.size
    request = urllib.request.Request(
        f"{base}release/{release.id}/dumps/{name}",
        headers={"Range": f"bytes={len(begun)}-", "If-Range": f'"{known.sha256}"'},
    )
    with urllib.request.urlopen(request, timeout=20) as rest:
        assert rest.status == 206
        whole = begun + rest.read()
    assert hashlib.sha256(whole).hexdigest() == known.sha256


@pytest.mark.needs("curl")
def test_the_commands_of_the_download_page_work(live, tmp_path):
    _, release, base = live
    (tmp_path / "all.nq").write_bytes(release.dump_path("all.nq").read_bytes()[:100_000])
    folder = f"{base}release/{release.id}/dumps"
    script = f"""set -e
    curl -sS -C - -O {folder}/all.nq
    curl -sS -O {folder}/SHA256SUMS
    sha256sum -c --ignore-missing SHA256SUMS"""
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "all.nq: OK"


def test_head_tells_all_that_get_does_and_sends_nothing(live):
    settings, release, _ = live
    connection = http.client.HTTPConnection("localhost", settings.port, timeout=20)
    connection.request("HEAD", f"/release/{release.id}/dumps/all.nq.gz")
    head = connection.getresponse()
    assert (head.status, head.read()) == (200, b"")
    known = release.dumps["all.nq.gz"]
    assert (int(head.headers["Content-Length"]), head.headers["ETag"]) == (known.size, f'"{known.sha256}"')
    assert head.headers["Accept-Ranges"] == "bytes"
    connection.close()


def test_parts_of_two_releases_are_never_mixed(live):
    """Who resumes the latest file with If-Range after a publication gets the whole of the new one."""
    settings, release, base = live
    record = settings.triples / "many" / "many.ttl"
    text = record.read_text()
    record.write_text(text.replace('"comment number 7"', '"another comment"'))
    following = publish(settings.releases, build(settings).id)
    record.write_text(text)
    request = urllib.request.Request(
        f"{base}dumps/all.nq", headers={"Range": "bytes=1000-", "If-Range": f'"{release.dumps["all.nq"].sha256}"'}
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert answer.status == 200
        assert hashlib.sha256(answer.read()).hexdigest() == following.dumps["all.nq"].sha256
    with urllib.request.urlopen(f"{base}release/{release.id}/dumps/all.nq", timeout=20) as answer:
        assert hashlib.sha256(answer.read()).hexdigest() == release.dumps["all.nq"].sha256

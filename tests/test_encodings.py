"""Content codings: chosen by quality, each with a validator of its own."""

import gzip
import io
import tempfile
from dataclasses import replace

import brotli
import pytest
import zstandard

from service.web import encodings, preconditions
from service.web.preconditions import Conditions
from service.web.replies import Reply

BODY = b"the same words again and again. " * 100
UNPACK = {"gzip": gzip.decompress, "br": brotli.decompress, "zstd": zstandard.decompress}

CHOICES = [
    ("", ""), ("identity", ""), ("gzip", "gzip"), ("br", "br"), ("zstd", "zstd"), ("gzip, deflate, br, zstd", "zstd"),
    ("gzip;q=1.0, br;q=0.5", "gzip"), ("gzip;q=0", ""), ("*", "zstd"), ("*;q=0.1, gzip;q=0.9", "gzip"), ("deflate", ""),
    ("zstd;q=0, *", "br"), ("GZIP", "gzip"), ("gzip;q=0.2, identity;q=0.9", ""), ("gzip, identity", "gzip"),
    ("identity;q=0.5, br;q=0.4, gzip;q=0.6", "gzip"), ("*;q=0.9, identity;q=0.1", "zstd"), ("identity;q=0, gzip", "gzip"),
]  # fmt: skip


@pytest.mark.parametrize(("header", "expected"), CHOICES)
def test_the_coding_with_the_highest_quality_is_chosen(header, expected):
    assert encodings.choose(header) == expected


def reply(content_type="text/turtle; charset=utf-8", body=BODY, **headers):
    return Reply(200, (("Content-Type", content_type), ("ETag", '"abc"'), ("Vary", "Accept"), *headers.items()), body)


@pytest.mark.parametrize("coding", UNPACK)
def test_a_coded_body_unpacks_to_the_same_bytes_under_its_own_tag(coding):
    coded = encodings.encode(reply(), coding)
    headers = dict(coded.headers)
    assert UNPACK[coding](coded.body) == BODY
    assert (headers["Content-Encoding"], headers["ETag"], headers["Vary"]) == (
        coding,
        f'"abc-{coding}"',
        "Accept, Accept-Encoding",
    )


@pytest.mark.parametrize("content_type", ["image/png", "application/gzip", "application/octet-stream"])
def test_what_is_packed_already_is_left_alone(content_type):
    assert encodings.encode(reply(content_type), "gzip").body == BODY


def test_short_bodies_stay_plain_but_say_they_vary():
    coded = encodings.encode(reply(body=b"short"), "gzip")
    assert (coded.body, dict(coded.headers)["Vary"]) == (b"short", "Accept, Accept-Encoding")


def test_packing_is_deterministic():
    assert {encodings.encode(reply(), coding).body for coding in UNPACK for _ in range(2)} == {
        encodings.encode(reply(), coding).body for coding in UNPACK
    }


HELD = [
    pytest.param('"abc-br"', '"abc-br"', id="in this coding"),
    pytest.param('W/"abc-br"', '"abc-br"', id="weak"),
    pytest.param('"abc"', '"abc"', id="plain: anyone can read that"),
    pytest.param('"x", "abc", "abc-br"', '"abc-br"', id="both: the one that would be sent"),
    pytest.param("*", '"abc-br"', id="anything"),
    pytest.param('"abc-gzip"', "", id="in another coding, which this client may not read"),
    pytest.param('"abcd"', "", id="another"),
    pytest.param("", "", id="nothing"),
]


@pytest.mark.parametrize(("held", "found"), HELD)
def test_a_client_that_holds_it_is_told_so_and_which_one_it_holds(held, found):
    coded = encodings.encode(reply(), "br")
    told = preconditions.settle(coded, Conditions(if_none_match=held))
    assert told.status == (304 if found else 200)
    assert told.etag == (found or coded.etag)
    assert told.header("Vary") == "Accept, Accept-Encoding"


def test_a_reply_is_coded_once():
    coded = encodings.encode(reply(), "br")
    assert encodings.encode(coded, "br") is coded


def spooled(body):
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the reply has it
    file.write(body)
    file.flush()
    return replace(reply(body=b""), spool=file, length=len(body))


@pytest.mark.parametrize("coding", UNPACK)
@pytest.mark.parametrize("times", [100, 20_000])
def test_a_large_result_is_packed_a_piece_at_a_time(coding, times):
    plain = spooled(BODY * times)
    coded = encodings.encode(plain, coding)
    coded.spool.seek(0)
    packed = coded.spool.read()
    unpacked = (
        zstandard.ZstdDecompressor().stream_reader(packed).read() if coding == "zstd" else UNPACK[coding](packed)
    )
    assert unpacked == BODY * times
    assert (coded.length, coded.header("Content-Encoding"), coded.etag) == (len(packed), coding, f'"abc-{coding}"')
    assert plain.spool.closed
    coded.close()


def test_without_room_for_a_second_file_a_result_goes_out_as_it_is(monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(encodings.tempfile, "TemporaryFile", full)
    plain = replace(reply(body=b""), spool=io.BytesIO(BODY), length=len(BODY))
    told = encodings.encode(plain, "gzip")
    assert (told.spool.read(), told.header("Content-Encoding"), told.etag) == (BODY, "", '"abc"')


def test_a_result_that_is_larger_still_goes_out_as_it_is(monkeypatch):
    monkeypatch.setattr(encodings, "_MOST_BYTES", 1000)
    told = encodings.encode(spooled(BODY), "gzip")
    assert (told.header("Content-Encoding"), told.header("Vary")) == ("", "Accept, Accept-Encoding")
    told.close()


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("zstd, gzip", "zstd"),
        ("br, gzip", "gzip"),
        ("br", ""),
        ("", ""),
        ("gzip;q=0.1, identity", ""),
    ],
)
def test_a_file_has_the_packed_one_beside_it(tmp_path, accepted, coding):
    for name, body in (("a.nt", BODY), ("a.nt.gz", b"gz"), ("a.nt.zst", b"zst")):
        (tmp_path / name).write_bytes(body)
    plain = encodings.encode(replace(reply(body=b""), path=tmp_path / "a.nt", length=len(BODY)), "gzip")
    told = encodings.packed(plain, accepted)
    assert told.header("Content-Encoding") == coding
    assert told.path.read_bytes() == {"": BODY, "gzip": b"gz", "zstd": b"zst"}[coding]
    assert told.length == len(told.path.read_bytes())
    assert told.etag == encodings.tag('"abc"', coding)
    assert told.header("Vary") == "Accept, Accept-Encoding"
    assert encodings.packed(told, accepted) is told


def test_a_dump_is_never_packed_again(tmp_path):
    (tmp_path / "a.nt").write_bytes(BODY)
    (tmp_path / "a.nt.gz").write_bytes(b"gz")
    dump = replace(reply(body=b"", **{"Cache-Control": "no-transform"}), path=tmp_path / "a.nt", length=len(BODY))
    assert encodings.packed(encodings.encode(dump, "gzip"), "gzip") is dump

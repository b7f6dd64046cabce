"""Content codings: chosen by quality, each with a validator of its own."""

import gzip

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
    ("zstd;q=0, *", "br"), ("GZIP", "gzip"),
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

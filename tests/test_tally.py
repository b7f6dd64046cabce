"""How many rows a reply holds, as the query log tells it. Counting never costs anybody an answer."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.media import CSV, JSON, TSV
from service.web.replies import Reply
from service.web.tally import rows_in

_TEXTS = st.text(alphabet=st.sampled_from('a",\r\n é'), max_size=6)


def reply(body, format=CSV):
    return Reply(200, (("Content-Type", format.content_type),), body)


@given(st.integers(1, 3).flatmap(lambda n: st.lists(st.lists(_TEXTS, min_size=n, max_size=n), max_size=5)))
def test_rows_of_csv_are_counted_whatever_is_in_the_cells(rows):
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["x"] * (len(rows[0]) if rows else 1))
    writer.writerows(rows)
    assert rows_in(reply(out.getvalue().encode())) == len(rows)


@pytest.mark.parametrize("size", [1000, 140_000, 1_000_000])
def test_a_cell_may_be_of_any_size(size):
    assert rows_in(reply(b'x\r\n"' + b'a""\r\n' * (size // 5) + b'"\r\nb\r\n')) == 2


@pytest.mark.parametrize("format", [JSON, TSV, CSV])
def test_what_cannot_be_counted_has_no_number(format):
    assert rows_in(reply(b"[1, 2", format)) in (None, 0)

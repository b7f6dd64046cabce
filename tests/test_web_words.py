"""Dates, numbers and sizes in words."""

import pytest

from service.describe.statements import Number
from service.describe.terms import Bounds
from service.web.words import day, figure, number, period, size, when

NOW = "2015-02-19"


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        (Bounds("2014-05-16", "2014-05-16", "2014-05-16", "2014-05-16"), "16 May 2014"),
        (Bounds("2014-08-01", "2014-08-31", "2014-08-01", "2014-08-31"), "August 2014"),
        (Bounds("2014-06-01", "2014-08-31", "2014-06-01", "2014-08-31"), "between June and August 2014"),
        (Bounds("2014-03-01", "2014-03-31", NOW, ""), "since March 2014, still on 19 February 2015"),
        (Bounds("2014-10-01", "2014-12-31", NOW, ""), "since some time between October and December 2014, still on 19 February 2015"),
        (Bounds("1986-12-01", "1986-12-31", "1987-09-01", "1987-09-30"), "from December 1986 to September 1987"),
        (Bounds("2011-01-01", "2011-12-31", "", ""), "from 2011"),
        (Bounds("2011-01-01", "2011-12-31", "", NOW), "from 2011, over by 19 February 2015"),
        (Bounds("", NOW, NOW, ""), "attested 19 February 2015"),
        (Bounds("", "2014-05-31", "2014-05-01", ""), "attested May 2014"),
        (Bounds("", "2014-08-31", "2014-06-21", ""), "attested between 21 June and 31 August 2014"),
        (Bounds("", "", "2013-07-01", "2013-07-31"), "until July 2013"),
        (Bounds("", "2012-01-01", "2013-07-01", "2013-07-31"), "begun by 1 January 2012, until July 2013"),
        (Bounds("", "", "", NOW), "over by 19 February 2015"),
        (Bounds("2014-01-01", "", "", ""), "not before 1 January 2014"),
        (Bounds("", "2014-01-01", "", ""), "by 1 January 2014"),
        (Bounds("", "2014-01-01", "2014-02-01", ""), "by 1 January 2014, at least until 1 February 2014"),
        (Bounds("", "2011-04-30", "", "2011-04-30"), "over by 30 April 2011"),
        (Bounds("1986-12-01", "", "1986-12-01", ""), "not before 1 December 1986"),
        (Bounds("1986-12-01", "", "1986-12-31", ""), "not before 1 December 1986, at least until 31 December 1986"),
        (Bounds(), ""),
    ],
)  # fmt: skip
def test_four_bounds_are_a_phrase(bounds, words):
    assert when(bounds) == words


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2014-01-01", "2014-12-31", "2014"),
        ("2011-01-01", "2013-12-31", "between 2011 and 2013"),
        ("2012-02-01", "2012-02-29", "February 2012"),
        ("2013-11-01", "2014-01-31", "between November 2013 and January 2014"),
        ("2014-06-21", "2014-06-30", "between 21 and 30 June 2014"),
        ("2014-06-21", "2015-06-30", "between 21 June 2014 and 30 June 2015"),
        ("no date", "2014-06-30", "between no date and 2014-06-30"),
    ],
)
def test_a_stretch_of_days_is_said_as_people_say_it(first, last, words):
    assert period(first, last) == words


def test_what_is_no_date_is_shown_as_it_is():
    assert day("<script>") == "<script>"


@pytest.mark.parametrize(
    ("estimate", "words"),
    [
        (Number("men", "500", "500"), "500 men"),
        (Number("men", "7000", "9500"), "7,000 to 9,500 men"),
        (Number("men", "", "20000"), "up to 20,000 men"),
        (Number("people", "80000", "", True), "at least about 80,000 people"),
        (Number("miles", "80", "80", True), "about 80 miles"),
        (Number("share", "0.9", "0.9"), "0.9 share"),
        (Number("men"), "men: no figure can be given"),
        (Number("men", "1"), "men: at least 1"),
        (Number("people", "1", "1"), "people: 1"),
        (Number("", "", "3"), "up to 3"),
        (Number("men", "many", "many"), "many men"),
    ],
)
def test_an_estimate_is_a_number_with_its_bounds(estimate, words):
    assert number(estimate) == words


def test_figures_have_commas():
    assert figure(1161) == "1,161"
    assert figure("NaN?") == "NaN?"


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (5043, "5.0 kB"),
        (64_000, "64 kB"),
        (12_600_000, "13 MB"),
        (3 * 10**15, "3000 TB"),
    ],
)
def test_sizes_are_short(count, words):
    assert size(count) == words

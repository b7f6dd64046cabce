"""Settings come from defaults, the environment and the command line, in that order of growing weight."""

from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from service.errors import PressError
from service.settings import Settings, read_settings


def test_every_setting_explains_itself():
    assert all(field.metadata["help"].endswith(".") for field in fields(Settings))


def test_nothing_given_is_the_defaults():
    assert read_settings({}) == Settings()


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        pytest.param("PORT", "9000", 9000, id="whole number"),
        pytest.param("QUERY_SECONDS", "2.5", 2.5, id="number"),
        pytest.param("BASE", "http://example.org/", "http://example.org/", id="text"),
        pytest.param("TRIPLES", "data", Path("data"), id="folder"),
        pytest.param("QUERY_LOG_TEXT", "yes", True, id="yes"),
        pytest.param("QUERY_LOG_TEXT", "0", False, id="no"),
        pytest.param("PORT", "", 8000, id="empty is not given"),
    ],
)
def test_the_environment_is_read_by_the_type_of_the_default(name, text, value):
    assert getattr(read_settings({name: text}), name.lower()) == value


def test_what_is_given_outweighs_the_environment():
    assert read_settings({"PORT": "9000"}, port=9001).port == 9001
    assert read_settings({"PORT": "9000"}, port=None).port == 9000


@pytest.mark.parametrize(("name", "text"), [("PORT", "many"), ("QUERY_SECONDS", "soon")])
def test_nonsense_in_the_environment_is_named(name, text):
    with pytest.raises(PressError, match=f"{name}='{text}'"):
        read_settings({name: text})


@pytest.mark.parametrize(
    ("given", "base"),
    [
        pytest.param({}, "http://localhost:8000/", id="default"),
        pytest.param({"port": 9000}, "http://localhost:9000/", id="from the port"),
        pytest.param({"port": 9000, "base": "https://example.org/x/"}, "https://example.org/x/", id="given"),
    ],
)
def test_the_base_follows_the_port_unless_it_is_given(given, base):
    assert Settings(**given).base_iri == base


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        pytest.param("PORT", "99999", "from 1 to 65535", id="port too large"),
        pytest.param("PORT", "-1", "from 1 to 65535", id="port below zero"),
        pytest.param("PORT", "abc", "give a whole number from 1 to 65535", id="port no number"),
        pytest.param("THREADS", "0", "from 1", id="no threads"),
        pytest.param("WORKERS", "0", "from 1", id="no workers"),
        pytest.param("WORKERS", "-1", "from 1", id="workers below zero"),
        pytest.param("QUERY_SECONDS", "0", "give a number from 0.01", id="no time"),
        pytest.param("QUERY_SECONDS", "-1", "from 0.01", id="time below zero"),
        pytest.param("CLIENT_SECONDS", "-1", "from 0.01", id="patience below zero"),
        pytest.param("CLIENT_SECONDS", "nan", "from 0.01", id="not a number"),
        pytest.param("QUEUE_SECONDS", "inf", "to 86400", id="infinity"),
        pytest.param("RESULT_MB", "0", "from 1", id="no result"),
        pytest.param("CLIENT_QUERIES", "0", "from 1", id="no queries"),
        pytest.param("MAX_AGE", "-5", "from 0", id="age below zero"),
        pytest.param("QUERY_LOG", "bogus", "say 1, true, yes or on, or else 0, false, no or off", id="no switch"),
    ],
)
def test_a_value_out_of_its_range_is_refused_with_what_would_do(name, text, wanted):
    with pytest.raises(PressError) as refused:
        read_settings({name: text})
    assert refused.value.detail.startswith((f"{name}={text}", f"{name}='{text}'"))
    assert wanted in refused.value.detail


@pytest.mark.parametrize("given", [{"threads": 0}, {"query_seconds": float("nan")}, {"port": 2**16}])
def test_an_option_has_the_range_of_its_setting(given):
    with pytest.raises(PressError, match="give a"):
        read_settings({}, **given)


def test_every_number_has_a_range_and_its_ends_are_in_it():
    numbers = [f for f in fields(Settings) if isinstance(f.default, int | float) and not isinstance(f.default, bool)]
    assert len(numbers) > 10
    for known in numbers:
        for end in (known.metadata["least"], known.default, known.metadata["most"]):
            assert getattr(read_settings({known.name.upper(): str(end)}), known.name) == end


def test_settings_do_not_change():
    with pytest.raises(FrozenInstanceError):
        Settings().port = 1

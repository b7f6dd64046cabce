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


def test_settings_do_not_change():
    with pytest.raises(FrozenInstanceError):
        Settings().port = 1

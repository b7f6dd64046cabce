"""README says what the code does: its tables are generated, its files exist."""

import re

from tests.readme import README, rendered


def test_the_tables_are_those_of_the_code():
    assert rendered(README.read_text()) == README.read_text(), "run: python -m tests.readme"


def test_every_route_setting_and_command_says_what_it_is():
    text = rendered(README.read_text())
    tables = re.findall(r"^\|.*\|$", text, flags=re.M)
    assert len(tables) > 40
    assert not [row for row in tables if row.rstrip("| ").endswith("|") or row.endswith("|  |")]


def test_every_file_it_names_is_there():
    named = set(
        re.findall(r"\b((?:ontology|triples|tests)/[\w./-]+\w|[A-Z]+\.md|LICENSE(?:-DATA)?)", README.read_text())
    )
    assert named
    assert not [name for name in named if not (README.parent / name).exists()]

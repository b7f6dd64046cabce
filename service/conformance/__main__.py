"""A run in a process of its own, for a service that tries itself: `python -m service.conformance URL SECONDS RATE`.

Takes only what nobody else wants of the machine, and ends when the service does. Writes the report as JSON.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import threading

from service.conformance import Limits, run

_NICE = 19
_MEMORY_BYTES = 2 << 30


def main() -> None:
    """Run, and write the report to standard output. Standard input is held open by who started this."""
    url, seconds, rate = sys.argv[1:]
    os.nice(_NICE)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    report = run(url, Limits(seconds=float(seconds), rate=float(rate)))
    json.dump(report.as_json(), sys.stdout)


def _end_with_parent() -> None:
    """Its end of the pipe is closed when it ends, however it ends."""
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()

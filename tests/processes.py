"""What the kernel says of a process: its children, open files, memory."""

import os
from pathlib import Path

PROC = Path("/proc")


def children(pid: int) -> list[int]:
    """The processes that a process started and that have not been reaped."""
    try:
        tasks = list((PROC / str(pid) / "task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def descendants(pid: int) -> list[int]:
    return [one for child in children(pid) for one in (child, *descendants(child))]


def command(pid: int) -> str:
    """The command line; empty for a process that has ended."""
    try:
        return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def engine_workers(pid: int) -> list[int]:
    """The query workers below the service."""
    return [one for one in descendants(pid) if "service.engine.worker" in command(one)]


def web_process(pid: int) -> int:
    """The process below the service that answers HTTP: the one that is no query worker."""
    (web,) = [one for one in children(pid) if "service.engine.worker" not in command(one)]
    return web


def open_files(pid: int) -> list[str]:
    """What each file descriptor leads to."""
    found = []
    for link in (PROC / str(pid) / "fd").iterdir():
        try:
            found.append(str(link.readlink()))
        except OSError:
            continue  # closed since
    return sorted(found)


def resident_mb(pid: int) -> float:
    try:
        pages = int((PROC / str(pid) / "statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2

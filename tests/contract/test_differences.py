"""The table of differences and the page that tells them say the same."""

from pathlib import Path

import pytest

from tests.contract.differences import DIFFERENCES

PAGE = Path(__file__).parent.parent.parent / "docs" / "engines.md"


@pytest.mark.parametrize("reason", sorted(set(DIFFERENCES.values())))
def test_every_difference_is_told(reason):
    assert f"- {reason}" in " ".join(PAGE.read_text(encoding="utf-8").split())

"""Hygiene queries: zero rows pass, each row is a finding, a query that cannot run is one too."""

import pytest

from service.errors import PressError
from service.press.checks import check
from tests.publications import BASE, RAILWAY, copy_mini, edit, line_of, write

NAME = "shapes/hygiene/extra.rq"


@pytest.fixture
def mini(tmp_path):
    return copy_mini(tmp_path)


def of_hygiene(settings):
    report = check(settings).report
    return report, [f for f in report.findings if f.check.startswith("hygiene")]


def test_zero_rows_pass_and_every_query_counts(mini):
    write(mini, NAME, "# Nothing is wrong.\n# severity: violation\nSELECT ?subject ?message WHERE { FILTER(false) }")
    report, findings = of_hygiene(mini)
    assert (report.ran["hygiene"], findings) == (2, [])


def test_a_dangling_reference_is_told_with_subject_and_place(mini):
    edit(mini, RAILWAY, "mini:to station:cedar-quay", "mini:to station:cedar-quay , station:cedar-key")
    _, findings = of_hygiene(mini)
    (finding,) = [f for f in findings if f.check == "hygiene/no-dangling-references" and "link" in str(f.subject)]
    assert finding.subject == f"{BASE}id/link/birch-junction--cedar-quay"
    assert finding.line == line_of(mini, RAILWAY, "<link/birch-junction--cedar-quay>")
    assert f"{BASE}id/station/cedar-key" in finding.message
    assert "describe it or correct the IRI" in finding.message


def test_a_warning_lets_the_check_pass_and_the_banner_stands_in_for_a_message(mini):
    write(mini, NAME, "# Stations are few.\n# severity: warning\nSELECT ?subject WHERE { ?subject a mini:Station }")
    report, findings = of_hygiene(mini)
    assert [(f.severity, f.message) for f in findings] == [("warning", "Stations are few.")] * 3
    assert report.passed


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        pytest.param("# Fine.\n# severity: violation\nSELECT ?s {\n  ?s ?p }", 4, "does not parse", id="syntax"),
        pytest.param("# Fine.\n# severity: violation\nASK { ?s ?p ?o }", 1, "SELECT", id="not a SELECT"),
        pytest.param("# Fine.\nSELECT ?s { ?s ?p ?o }", 1, "# severity", id="no severity"),
        pytest.param("# Fine.\n# severity: grave\nSELECT ?s { ?s ?p ?o }", 1, "# severity", id="unknown severity"),
        pytest.param("# severity: warning\nSELECT ?s { ?s ?p ?o }", 1, "WHAT MUST HOLD", id="no banner"),
    ],
)
def test_a_query_that_cannot_run_is_a_violation_of_its_own(mini, text, line, says):
    write(mini, NAME, text)
    _, (finding,) = of_hygiene(mini)
    assert (finding.severity, finding.file, finding.line) == ("violation", NAME, line)
    assert says in finding.message


def test_a_query_that_is_not_utf_8_stops_the_press(mini):
    write(mini, NAME, "").write_bytes(b"# caf\xe9")
    with pytest.raises(PressError, match=r"shapes/hygiene/extra\.rq is not UTF-8"):
        check(mini)


def test_no_query_at_all_fails(mini):
    (mini.shapes / "hygiene/no-dangling-references.rq").unlink()
    _, (finding,) = of_hygiene(mini)
    assert "Nothing was checked" in finding.message

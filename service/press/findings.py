"""What checks say: findings, and reports that count what ran. A gate that checked nothing fails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from service.errors import PressError


class Severity(StrEnum):
    """A violation stops a build; a warning is shown and lets it pass."""

    VIOLATION = "violation"
    WARNING = "warning"


@dataclass(frozen=True)
class Place:
    """Where in the sources: file name as a reader types it from the repository root, and line from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Finding:
    """One thing a check found; the message says what to do."""

    check: str
    severity: Severity
    message: str
    subject: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        about = f" <{self.subject}>" if self.subject else ""
        return f"{place or '-'}: {self.severity} [{self.check}]{about} {self.message}"


@dataclass(frozen=True)
class Report:
    """What ran, how often, and what it found."""

    ran: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def violations(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.severity is Severity.VIOLATION)

    @property
    def passed(self) -> bool:
        return not self.violations

    def __add__(self, other: Report) -> Report:
        """Both reports as one; counts of the same check are added."""
        ran = {**self.ran, **{name: self.ran.get(name, 0) + n for name, n in other.ran.items()}}
        return Report(ran, self.findings + other.findings)


class Refused(PressError):
    """The checks found violations; `report` holds them all."""

    title = "The checks refuse these sources"

    def __init__(self, report: Report) -> None:
        count = len(report.violations)
        super().__init__(f"{count} violation{'s' * (count != 1)}: nothing was built. Correct them and run again.")
        self.report = report


def violation(check: str, message: str, subject: str | None = None, place: Place | None = None) -> Finding:
    """A finding that stops a build."""
    return _finding(check, Severity.VIOLATION, message, subject, place)


def warning(check: str, message: str, subject: str | None = None, place: Place | None = None) -> Finding:
    """A finding that lets a build pass."""
    return _finding(check, Severity.WARNING, message, subject, place)


def _finding(check: str, severity: Severity, message: str, subject: str | None, place: Place | None) -> Finding:
    return Finding(check, severity, message, subject, place.file if place else None, place.line if place else None)


def gate(check: str, ran: int, findings: Iterable[Finding], nothing: str) -> Report:
    """The report of one check. Over nothing it fails, and `nothing` says what to do."""
    found = tuple(findings)
    if ran == 0 and not found:
        found = (violation(check, f"Nothing was checked. {nothing}"),)
    return Report({check: ran}, found)

"""Numbers in words: estimates with their unit, thousands with commas. Asks nothing."""

from __future__ import annotations

from service.describe.statements import Number


def number(estimate: Number) -> str:
    """An estimate in words: "about 2,000 men", "up to 20,000 men", "7,000 to 9,500 men".

    Units are words in the plural, so one of them stands behind its unit: "men: at least 1".
    """
    about = "about " if estimate.approximate else ""
    least, most, unit = figure(estimate.least), figure(estimate.most), estimate.unit
    if not least and not most:
        return f"{unit}: no figure can be given" if unit else "no figure can be given"
    if least and most:
        said = f"{about}{least}" if least == most else f"{about}{least} to {most}"
    else:
        said = f"up to {about}{most}" if most else f"at least {about}{least}"
    if not unit:
        return said
    return f"{unit}: {said}" if (most or least) == "1" else f"{said} {unit}"


def figure(text: str | int) -> str:
    """A number with commas between thousands; what is no number stays as it is."""
    try:
        value = float(text)
    except ValueError:
        return str(text)
    return f"{int(value):,}" if value == int(value) else f"{value:,g}"

"""The tables of README that come from the code: routes, settings, commands. `python -m tests.readme` writes them."""

from dataclasses import fields
from pathlib import Path

import click

from service.cli import main as group
from service.settings import Settings
from service.web.app import create_app

README = Path(__file__).parent.parent / "README.md"


def routes() -> str:
    """Each rule with its methods and the first line of its view's docstring."""
    app = create_app(Settings())
    rows = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "assets.send":
            continue
        view = app.view_functions[rule.endpoint]
        methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})) or "OPTIONS"
        rows.setdefault(rule.rule, {})[methods] = (view.__doc__ or "").strip().split("\n")[0]
    return table(
        ("path", "methods", "answers"),
        [
            (f"`{path}`", ", ".join(methods), next((d for m, d in methods.items() if m != "OPTIONS"), ""))
            for path, methods in sorted(rows.items())
        ],
    )


def settings() -> str:
    """Each field of Settings: environment variable, default, help."""
    return table(
        ("variable", "default", "meaning"),
        [
            (f"`{f.name.upper()}`", f"`{f.default}`" if f.default != "" else "", f.metadata["help"])
            for f in fields(Settings)
        ],
    )


def commands() -> str:
    """Each command with the first line of its help."""
    context = click.Context(group)
    found = {name: group.get_command(context, name) for name in group.list_commands(context)}
    rows = [(f"`{name}`", command.get_short_help_str(200)) for name, command in sorted(found.items()) if command]
    return table(("command", "does"), rows)


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def rendered(text: str) -> str:
    """README with its tables as the code has them now."""
    for name, body in (("routes", routes()), ("settings", settings()), ("commands", commands())):
        head, _, rest = text.partition(f"<!-- {name} -->\n")
        text = f"{head}<!-- {name} -->\n{body}\n<!-- /{name} -->{rest.partition(f'<!-- /{name} -->')[2]}"
    return text


if __name__ == "__main__":
    README.write_text(rendered(README.read_text()))

"""The house keeps its walls: which module imports what, how large rooms are, where libraries have their doors."""

import ast
import re
from pathlib import Path

import pytest

SERVICE = Path(__file__).parent.parent / "service"
STANDARD_ROOMS = {"errors", "settings", "iris", "media"}

# Room -> (rooms of ours it may import from, libraries it may import). The longest matching name decides.
TABLE: dict[str, tuple[set[str], set[str]]] = {
    "errors": (set(), set()),
    "media": (set(), set()),
    "settings": ({"errors"}, set()),
    "kept": (set(), set()),
    "iris": ({"errors", "kept"}, set()),
    "negotiate": ({"errors", "kept", "media"}, {"werkzeug"}),
    "protocol": ({"errors"}, set()),
    "changes": ({"errors"}, set()),
    "history": ({"changes"}, set()),
    "manifest": ({"errors"}, set()),
    "releases": ({"changes", "errors", "history", "jsonld", "manifest"}, set()),
    "names": ({"kept", "names"}, {"rapidfuzz"}),
    "ntriples": (set(), set()),
    "jsonld": ({"jsonld", "ntriples"}, set()),
    "describe": ({"errors", "iris", "media", "engine", "protocol", "releases", "describe"}, set()),
    "links": (
        {"errors", "iris", "media", "engine", "protocol", "releases", "describe", "links"},
        set(),
    ),
    "pictures": ({"engine", "releases", "describe", "pictures"}, set()),
    "listings": ({"errors", "iris", "engine", "releases", "describe", "listings"}, set()),
    "reconcile": ({"errors", "iris", "engine", "describe", "names", "reconcile"}, {"rapidfuzz"}),
    "fragments": ({"errors", "engine", "protocol", "releases"}, set()),
    "conformance": ({"conformance", "media"}, {"pyoxigraph"}),
    "conformance.packing": (set(), {"brotli", "zstandard"}),
    "press": (STANDARD_ROOMS | {"press", "releases", "names", "ntriples", "jsonld"}, {"pyoxigraph"}),
    "press.packing": ({"media", "releases"}, {"zstandard"}),
    "press.progress": ({"press"}, {"rich"}),
    "press.shapes": (STANDARD_ROOMS | {"press"}, {"pyoxigraph", "pyshacl", "rdflib"}),
    "engine": (STANDARD_ROOMS | {"engine", "kept", "protocol", "releases"}, set()),
    "engine.worker": ({"engine"}, {"pyoxigraph"}),
    "engine.convert": (STANDARD_ROOMS | {"engine"}, {"pyoxigraph"}),
    "engine.quads": (STANDARD_ROOMS | {"engine"}, {"pyoxigraph"}),
    "web": (
        STANDARD_ROOMS
        | {"web", "engine", "kept", "negotiate", "protocol", "releases", "describe", "names", "changes", "history"}
        | {"conformance", "links", "fragments", "listings", "ntriples", "jsonld", "pictures", "reconcile"},
        {"flask", "werkzeug"},
    ),
    "web.encodings": ({"kept", "web"}, {"brotli", "werkzeug", "zstandard"}),
    "web.ledger": (STANDARD_ROOMS | {"protocol", "web"}, {"prometheus_client"}),
    "web.shortcut": ({"web"}, {"granian"}),
    "web.server": (STANDARD_ROOMS | {"web", "engine", "releases"}, {"click", "granian"}),
    "__main__": ({"cli"}, set()),
    "cli": (
        STANDARD_ROOMS | {"cli", "conformance", "press", "engine", "web", "releases", "protocol", "changes"},
        {"click", "rich"},
    ),
}
MODULES = sorted(SERVICE.rglob("*.py"))


def name(module):
    parts = module.relative_to(SERVICE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def rule(module_name):
    fitting = [room for room in TABLE if module_name == room or module_name.startswith(room + ".")]
    return TABLE[max(fitting, key=len)]


def imports(module):
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module.name}: relative imports hide which room is meant"
            names = [alias.name for alias in node.names]
            yield from ([f"service.{n}" for n in names] if node.module == "service" else [node.module or ""])


@pytest.mark.parametrize("module", [m for m in MODULES if name(m)], ids=name)
def test_a_room_imports_only_what_the_table_allows(module):
    ours, libraries = rule(name(module))
    for imported in imports(module):
        top, _, rest = imported.partition(".")
        if top == "service":
            assert rest.partition(".")[0] in ours, f"{name(module)} must not import service.{rest}"
        elif top in _THIRD_PARTY:
            assert top in libraries, f"{name(module)} must not import {top}"


_THIRD_PARTY = {
    "click", "flask", "granian", "pyoxigraph", "pyshacl", "rapidfuzz", "rdflib", "rich", "SPARQLWrapper", "werkzeug",
    "brotli", "httpx", "jinja2", "prometheus_client", "requests", "urllib3", "zstandard",
}  # fmt: skip


def test_every_library_imported_is_known_to_the_table():
    import sys

    unknown = {
        imported.partition(".")[0]
        for module in MODULES
        for imported in imports(module)
        if imported.partition(".")[0] not in sys.stdlib_module_names | _THIRD_PARTY | {"service", "_typeshed"}
    }
    assert not unknown


@pytest.mark.parametrize("module", MODULES, ids=lambda m: name(m) or "service")
def test_a_module_is_one_room_and_says_what_it_owns(module):
    tree = ast.parse(module.read_text())
    assert ast.get_docstring(tree), "a module begins by saying what it owns"
    assert module.read_text().count("\n") <= 260, "is it one room?"


def test_functions_are_short():
    long = [
        f"{name(module)}.{node.name} has {node.end_lineno - node.lineno + 1} lines"
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno > 45
    ]
    assert not long


def test_the_reading_room_knows_nothing_of_the_data():
    words = re.compile(r"libya|haftar|benghazi|orton", re.IGNORECASE)
    told = [
        p for p in SERVICE.rglob("*") if p.suffix in (".py", ".html", ".rq", ".css") and words.search(p.read_text())
    ]
    assert not told


# Caches that are bounded by number alone: their keys are what a release has, or short whatever anybody writes.
_COUNTED = {
    "describe.views._conditions", "links.lookup._probe", "listings.choices.day_of", "web.listed._anchor", "web.listed._table",
}  # fmt: skip


def test_what_strangers_write_is_kept_only_while_it_is_short():
    """`kept` looks at the length of keys, `lru_cache` does not; a few entries for a few readings are no harm."""
    found = set()
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text())):
            for made in getattr(node, "decorator_list", ()):
                told = ast.unparse(made)
                if "lru_cache" in told and not re.fullmatch(r"lru_cache\(maxsize=[248]\)", told):
                    found.add(f"{name(module)}.{node.name}")
    assert {one for one in found if not one.startswith(("press.", "cli.", "conformance."))} == _COUNTED


def test_no_table_entry_is_left_over():
    known = {name(m) for m in MODULES}
    assert not [room for room in TABLE if not any(k == room or k.startswith(room + ".") for k in known)]

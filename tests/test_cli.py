"""The commands: what they print, how they fail, and that their options are the settings."""

import json
import os
import re
import socket
import subprocess
import sys
from dataclasses import fields, replace
from errno import ENOSPC
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console
from rich.progress import Progress

from service.cli import COMMANDS, main
from service.cli.options import PRESS, READING_ROOM
from service.cli.terminal import Bars, show_results
from service.settings import Settings
from tests.live import build_and_publish, free_port, serving
from tests.publications import BASE, MINI, RAILWAY, copy_mini, edit, write

ROOT = Path(__file__).parent.parent
TEXT = str(MINI / "source.txt")


@pytest.fixture
def mini(tmp_path):
    return copy_mini(tmp_path)


@pytest.fixture
def run(mini, monkeypatch):
    """Run a command on the copy of mini, the folders given by the environment as a user may."""
    for name in ("ontology", "triples", "shapes", "releases"):
        monkeypatch.setenv(name.upper(), str(getattr(mini, name)))
    for name in ("BASE", "PORT", "SOURCE"):
        monkeypatch.delenv(name, raising=False)
    return lambda *args, **more: CliRunner().invoke(main, args, **more)


def test_help_lists_every_command_with_a_line(run):
    shown = run("--help").stdout
    assert all(re.search(rf"^  {name} +[A-Z]", shown, re.MULTILINE) for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(run, command):
    shown = run(command, "--help")
    assert shown.exit_code == 0
    assert len(shown.stdout.splitlines()) > 4


@pytest.mark.parametrize(("command", "names"), [("build", PRESS), ("serve", READING_ROOM)])
def test_options_are_made_from_the_settings(run, command, names):
    shown = " ".join(run(command, "--help").stdout.split())
    for field in (f for f in fields(Settings) if f.name in names):
        assert f"--{field.name.replace('_', '-')}" in shown
        assert field.metadata["help"] in shown
        assert f"[env {field.name.upper()}" in shown
        if field.metadata["most"] is not None:
            assert f"; default {field.default}; from {field.metadata['least']} to {field.metadata['most']}]" in shown


def test_an_option_outweighs_the_environment(run, mini):
    done = run("build", "--base", "http://example.com/")
    assert '"base": "http://example.com/"' in (mini.releases / done.stdout.strip() / "manifest.json").read_text()


def test_check_says_what_ran(run):
    done = run("check", "--source", TEXT)
    assert done.exit_code == 0
    assert re.search(r"syntax 4, .*rules 1, shapes 2, focus nodes 5, hygiene 1, citations 2", done.stderr)


def test_check_shows_every_finding_and_fails(run, mini):
    edit(mini, RAILWAY, "mini:about <link/alder", "mini:x <link/alder")
    done = run("check")
    assert done.exit_code == 1
    assert re.search(r"triples/mini/railway\.ttl:\d+: violation \[shapes\] <.*> A link needs a claim", done.stderr)
    assert "1 violation" in done.stderr
    assert "Traceback" not in done.output


def test_a_check_with_warnings_passes_and_shows_them(run, mini):
    write(mini, "shapes/hygiene/few.rq", "# Few.\n# severity: warning\nSELECT ?subject { ?subject a mini:Link }")
    done = run("check")
    assert done.exit_code == 0
    assert done.stderr.count("warning [hygiene/few]") == 2


def test_build_publish_list_and_roll_back(run, mini):
    first = run("build").stdout.strip()
    assert run("publish").stdout == f"Published {first}.\n"
    edit(mini, RAILWAY, "1905", "1906")
    second = run("build").stdout.strip()
    assert first != second
    assert re.search(rf"^\* {first} ", run("releases").stdout, re.MULTILINE)
    assert run("publish").stdout == f"Published {second}.\n"
    assert re.search(rf"^\* {second} .* triples  {BASE}$", run("releases").stdout, re.MULTILINE)
    assert run("rollback").stdout == f"Published {first} again.\n"
    assert run("publish", second).exit_code == 0


MOVED = "The base was {}, now it is {}: links to the old one no longer lead here."


@pytest.fixture
def moved(run, mini):
    """Two releases, the first published, the second built for another base."""
    first = run("build").stdout.strip()
    run("publish")
    edit(mini, RAILWAY, "1905", "1906")
    return first, run("build", "--base", "http://example.com/").stdout.strip()


def test_publish_refuses_another_base_unless_it_is_meant(run, mini, moved):
    refused = run("publish")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert f"The published release is for {BASE}, this one for http://example.com/" in refused.stderr
    assert f"Build with --base {BASE}, or say --new-base" in refused.stderr
    assert (mini.releases / "current").readlink().name == moved[0]
    done = run("publish", "--new-base")
    assert done.stdout == f"Published {moved[1]}.\n"
    assert done.stderr == MOVED.format(BASE, "http://example.com/") + "\n"


def test_rollback_to_another_base_only_warns(run, moved):
    run("publish", "--new-base")
    done = run("rollback")
    assert (done.exit_code, done.stdout) == (0, f"Published {moved[0]} again.\n")
    assert done.stderr == MOVED.format("http://example.com/", BASE) + "\n"


def test_a_broken_published_release_does_not_hold_up_the_next(run, mini, moved):
    (mini.releases / moved[0] / "manifest.json").write_text("{")
    done = run("publish", moved[1])
    assert (done.stdout, done.stderr) == (f"Published {moved[1]}.\n", "")


def test_publish_tells_nothing_of_a_base_that_stays(run, mini):
    run("build")
    assert run("publish").stderr == ""
    edit(mini, RAILWAY, "1905", "1906")
    run("build")
    assert run("publish").stderr == ""


@pytest.mark.parametrize(
    ("args", "says"),
    [
        pytest.param(["publish"], "`conflict-actors build` makes one", id="nothing built"),
        pytest.param(["publish", "r0"], "There is no release 'r0'", id="no such release"),
        pytest.param(["rollback"], "no earlier publication", id="nothing to go back to"),
        pytest.param(["build", "--base", "nonsense"], "must be an http(s) IRI", id="bad base"),
        pytest.param(["check", "--triples", "nowhere"], "There is no folder nowhere/", id="no folder"),
        pytest.param(["check", "--triples", "/nowhere/x"], "There is no folder /nowhere/x/", id="no folder by path"),
        pytest.param(["query", "-"], "Nothing is published", id="nothing to ask"),
        pytest.param(["serve"], "Nothing is published", id="nothing to serve"),
    ],
)
def test_a_failure_is_one_message_and_exit_code_1(run, args, says):
    done = run(*args)
    assert (done.exit_code, done.stdout) == (1, "")
    assert says in done.stderr
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--port", "99999"), ("--port", "-1"), ("--client-seconds", "-1"), ("--client-seconds", "nan"), ("--threads", "0"),
        ("--workers", "0"), ("--workers", "-1"), ("--query-seconds", "0"), ("--query-seconds", "-1"), ("--result-mb", "0"),
        ("--client-queries", "0"), ("--max-age", "-5"),
    ],
)  # fmt: skip
def test_a_number_out_of_range_is_one_message(run, option, value):
    done = run("serve", option, value)
    assert done.exit_code == 1
    assert re.search(rf"{option[2:].replace('-', '_').upper()}={value}(\.0)?: give a .*number from ", done.stderr)
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["build", "check", "serve"])
@pytest.mark.parametrize("base", ["http://a b/", "http://localhost:8471/<>/", "http://localhost:8471/?x/"])
def test_a_base_that_is_no_iri_is_one_message(published, command, base):
    done = published(command, "--base", base)
    assert done.exit_code == 1
    assert "must be an http(s) IRI that ends with a slash" in done.stderr
    assert "Serving" not in done.output


@pytest.mark.parametrize("raw", [b"caf\xe9", bytes(range(256))], ids=["Latin-1", "binary"])
@pytest.mark.parametrize(
    "args", [["cite", "words"], ["verify"], ["coverage"], ["check"], ["build"]], ids=lambda a: a[0]
)
def test_a_source_that_is_not_utf_8_is_named(run, tmp_path, args, raw):
    text = tmp_path / "text.txt"
    text.write_bytes(raw)
    done = run(*args, "--source", str(text))
    assert done.exit_code == 1
    assert f"{text} is not UTF-8 text (byte {3 if raw[0] else 128}). Save it as UTF-8." in done.stderr


@pytest.mark.parametrize("host", ["nohost.invalid", pytest.param("192.0.2.1", id="not of this machine (RFC 5737)")])
def test_serve_blames_the_host_when_it_is_the_host(published, host):
    done = published("serve", "--host", host)
    assert done.exit_code == 1
    assert f"{host}:8000 cannot be had" in done.stderr
    assert done.stderr.strip().endswith("Choose another with --host.")


def test_serve_blames_the_port_when_it_is_taken(published):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = published("serve", "--port", str(port))
    assert done.exit_code == 1
    assert f"127.0.0.1:{port} cannot be had" in done.stderr
    assert done.stderr.strip().endswith("Choose another with --port.")


@pytest.fixture
def published(run):
    run("build")
    run("publish")
    return run


SELECT = f"SELECT ?label {{ ?s a <{BASE}ontology#Station> ; rdfs:label ?label }} ORDER BY ?label"


@pytest.mark.parametrize(
    ("text", "args", "shown"),
    [
        pytest.param(
            SELECT, [], "label\r\nAlder Halt\r\nBirch Junction\r\nCedar Quay\r\n", id="rows as CSV in a pipe"
        ),
        pytest.param("ASK { ?s ?p ?o }", [], "true", id="ASK"),
        pytest.param(SELECT, ["--format", "json"], '"value":"Alder Halt"', id="JSON"),
        pytest.param(
            f"DESCRIBE <{BASE}id/station/cedar-quay>", ["--format", "nt"], '"Cedar Quay"@en .', id="N-Triples"
        ),
        pytest.param(f"DESCRIBE <{BASE}id/station/cedar-quay>", [], "Cedar Quay", id="Turtle"),
    ],
)
def test_query_answers_from_the_published_release(published, text, args, shown):
    done = published("query", *args, "-", input=text)
    assert done.exit_code == 0, done.stderr
    assert shown in done.stdout_bytes.decode()


@pytest.mark.parametrize(
    ("text", "args", "says"),
    [
        pytest.param("SELECT ?s { ?s ?p }", [], "does not parse", id="syntax error"),
        pytest.param(SELECT, ["--format", "ttl"], "Not acceptable", id="rows as Turtle"),
        pytest.param(SELECT, ["--format", "word"], "no format 'word'", id="unknown format"),
        pytest.param(SELECT, ["--release", "r0"], "no release 'r0'", id="no such release"),
        pytest.param("DROP ALL", [], "read-only", id="update"),
    ],
)
def test_query_fails_with_one_message(published, text, args, says):
    done = published("query", *args, "-", input=text)
    assert (done.exit_code, done.stdout) == (1, "")
    assert says in done.stderr


@pytest.mark.parametrize("name", ["query.rq", "-"])
def test_a_query_that_is_not_utf_8_is_named(published, tmp_path, name):
    path = name if name == "-" else str(tmp_path / name)
    if path != "-":
        Path(path).write_bytes(b"ASK {} # \xff")
    done = published("query", path, input=b"ASK {} # \xff")
    assert done.exit_code == 1
    assert "is not UTF-8 text (byte 9)" in done.stderr
    assert (path if path != "-" else "stdin") in done.stderr


@pytest.mark.parametrize("engine", ["foo", "file:///x", "http://", "https://host:port/sparql"])
def test_serve_refuses_what_is_no_engine_before_it_listens(published, engine):
    done = published("serve", "--engine", engine)
    assert done.exit_code == 1
    assert "https://host/sparql" in done.stderr or "does not parse" in done.stderr
    assert "Serving" not in done.output


@pytest.mark.parametrize(
    "args", [["publish", ""], ["query", "--release", "", "-"], ["diff", "", ""]], ids=lambda a: a[0]
)
def test_an_empty_release_id_is_none(published, args):
    done = published(*args, input="ASK {}")
    assert done.exit_code == 1
    assert "There is no release ''" in done.stderr


@pytest.mark.parametrize("broken", ["{", "[]", "{}"])
def test_a_broken_manifest_is_named_and_passed_over(published, mini, broken):
    known = published("releases").stdout.split()[1]
    folder = mini.releases / "r9"
    folder.mkdir()
    (folder / "manifest.json").write_text(broken)
    assert "r9  unreadable: its manifest.json is broken" in published("releases").stdout
    assert published("publish").stdout == f"Published {known}.\n"
    assert published("query", "-", input="ASK {}").stdout.strip() == "true"
    for args in (["publish", "r9"], ["diff", known, "r9"], ["query", "--release", "r9", "-"]):
        done = published(*args, input="ASK {}")
        assert (done.exit_code, done.stdout) == (1, "")
        assert "The manifest.json of release r9 is broken." in done.stderr


def test_a_broken_release_is_not_taken_for_built(published, mini):
    known = published("releases").stdout.split()[1]
    (mini.releases / known / "manifest.json").write_text("{")
    done = published("build")
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"The manifest.json of release {known} is broken. Move the folder" in done.stderr


@pytest.mark.parametrize("path", ["file", "file/below"])
@pytest.mark.parametrize("args", [["build"], ["releases"], ["publish"], ["serve"]], ids=lambda a: a[0])
def test_releases_need_a_folder(run, tmp_path, args, path):
    (tmp_path / "file").write_text("")
    done = run(*args, "--releases", str(tmp_path / path))
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert str(tmp_path / path) in done.stderr
    assert isinstance(done.exception, SystemExit)


def test_no_releases_are_told(run, tmp_path):
    done = run("releases", "--releases", str(tmp_path / "nothing"))
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", f"No releases in {tmp_path / 'nothing'}.\n")


@pytest.mark.parametrize("name", ["triples/mini/folder.ttl", "ontology/folder.ttl", "triples/mini/dataset.ttl"])
@pytest.mark.parametrize("kind", ["folder", "dangling link"])
def test_turtle_that_is_no_file_is_a_finding_or_an_error(run, mini, name, kind):
    path = mini.triples.parent / name
    path.unlink(missing_ok=True)
    if kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("nowhere")
    done = run("check")
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    assert f"{name}:1: violation [syntax] This cannot be read" in done.stderr or "void:uriSpace" in done.stderr


def test_what_the_system_refuses_is_one_message(run, mini, monkeypatch):
    """A disk that is full, a folder that is not ours: what the reader can use is the path and the reason."""

    def full(*args, **more):
        raise OSError(ENOSPC, "No space left on device", "releases/x")

    monkeypatch.setattr("service.press.build.build", full)
    done = run("build")
    assert (done.exit_code, done.stdout, done.stderr) == (
        1,
        "",
        "releases/x cannot be used: No space left on device.\n",
    )


@pytest.mark.parametrize("text", ["", "Quite another text.\n\nOf two paragraphs.\n"], ids=["empty", "foreign"])
@pytest.mark.parametrize("command", ["verify", "coverage", "check"])
def test_another_text_than_the_cited_one_is_told_once(run, tmp_path, command, text):
    (tmp_path / "other.txt").write_text(text)
    done = run(command, "--source", str(tmp_path / "other.txt"))
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.count("None of the 2 citations stands in this file: it is not the text that is cited.") == 1
    assert done.stderr.count("[citations]") == (command != "coverage")


def test_coverage_of_a_text_that_moved_is_shown(run, tmp_path):
    (tmp_path / "moved.txt").write_text("A heading\n" + Path(TEXT).read_text())
    assert "P5: " in run("coverage", "--source", str(tmp_path / "moved.txt")).stdout


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--rate", "0"), ("--rate", "-1"), ("--rate", "nan"), ("--rate", "inf"), ("--seconds", "0"), ("--seconds", "nan"),
        ("--requests", "-1"), ("--requests", "0"), ("--megabytes", "0"),
    ],
)  # fmt: skip
def test_a_run_has_limits_that_are_some(run, option, value):
    done = run("conformance", "http://127.0.0.1:9/", option, value)
    assert done.exit_code == 2
    assert f"Invalid value for '{option}'" in done.stderr


def test_a_run_too_short_to_begin_says_so(run):
    done = run("conformance", "http://127.0.0.1:9/", "--seconds", "1e-12")
    assert done.exit_code == 1
    assert "Give more --seconds" in done.stderr


def test_serve_tells_of_a_release_that_was_built_for_another_base(mini, tmp_path):
    """The release says what its IRIs are; that the service is elsewhere is told once, with what to do."""
    port = free_port()
    build_and_publish(replace(mini, base="http://example.org/other/"))
    settings, log = replace(mini, port=port, base=f"http://localhost:{port}/"), tmp_path / "log"
    with serving(settings, log):
        told = log.read_text()
    assert "built for http://example.org/other/\n" in told
    assert told.count(f"conflict-actors build --base {settings.base}") == 1


def test_cite_prints_turtle_that_verifies(run, mini):
    done = run("cite", "--source", TEXT, "first stop of the line across")
    assert done.stdout.startswith("<cite/P2-")
    head = (mini.triples / "mini/railway.ttl").read_text().split("\nstation:")[0]
    write(mini, "triples/mini/more.ttl", head + "\n" + done.stdout)
    assert "citations 3" in run("verify", "--source", TEXT).stderr


def test_verify_fails_when_a_passage_is_not_in_the_text(run, mini):
    edit(mini, RAILWAY, "553ffac1", "553ffac2")
    done = run("verify", "--source", TEXT)
    assert done.exit_code == 1
    assert "Cite it again" in done.stderr


def test_coverage_shows_what_is_not_cited(run):
    lines = run("coverage", "--source", TEXT).stdout.splitlines()
    assert [line for line in lines if line.startswith("P")] == [
        "P1: 0% cited, by 0", "P2: 0% cited, by 0", "P3: 39% cited, by 1", "P4: 58% cited, by 1",
    ]  # fmt: skip
    assert "    P3 0-33: Birch Junction followed in 1905;" in lines


@pytest.mark.parametrize("command", ["verify", "coverage"])
def test_citing_commands_need_sources_that_parse(run, mini, command):
    write(mini, "triples/mini/bad.ttl", "nonsense")
    done = run(command, "--source", TEXT)
    assert (done.exit_code, "triples/mini/bad.ttl:1" in done.stderr) == (1, True)


def test_a_log_gets_plain_lines_and_standard_output_only_the_id(mini):
    names = ("ontology", "triples", "shapes", "releases")
    environ = os.environ | {name.upper(): str(getattr(mini, name)) for name in names}
    command = [sys.executable, "-m", "service", "build"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True)
    assert re.fullmatch(r"r[0-9a-f]{16}\n", done.stdout)
    steps = [line.split(" s  ")[1] for line in done.stderr.splitlines() if " s  " in line]
    assert steps == ["sources", "rules", "shapes", "hygiene", "catalog", "dumps", "store"]
    assert "\x1b" not in done.stderr


def test_a_terminal_gets_bars():
    screen = StringIO()
    with Progress(console=Console(file=screen, force_terminal=True, width=80)) as shown:
        bars = Bars(shown)
        bars.step("sources")
        assert list(bars.each("dumps", [1, 2])) == [1, 2]
        bars.finish()
    assert all(task.finished for task in shown.tasks)
    assert "sources" in screen.getvalue()
    assert "dumps" in screen.getvalue()


def test_rows_for_people_are_a_table_with_short_iris(capsys):
    rows = {"head": {"vars": ["s", "n"]}, "results": {"bindings": [{"s": {"value": "http://a/b/c"}}]}}
    show_results(json.dumps(rows).encode(), {"a": "http://a/", "b": "http://a/b/"})
    shown = capsys.readouterr().out
    assert re.search(r"b:c +│", shown)


@pytest.mark.parametrize(("answer", "word"), [(True, "yes"), (False, "no")])
def test_the_answer_of_ask_for_people_is_a_word(capsys, answer, word):
    show_results(json.dumps({"head": {}, "boolean": answer}).encode(), {})
    assert capsys.readouterr().out == f"{word}\n"


@pytest.mark.parametrize(("args", "code"), [(["--help"], 0), (["--hostile"], 1)])
def test_the_benchmark_says_what_it_needs_where_the_tests_are_not_installed(args, code):
    program = f"import runpy, sys; sys.modules['pytest'] = None; sys.argv = ['bench', *{args}]; runpy.run_module('bench', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert ("--hostile" in done.stdout, "pytest. Run `make .venv/dev`" in done.stderr) == (code == 0, code == 1)

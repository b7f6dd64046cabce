"""Which release is read: a switch that goes well, one that takes long, one that fails; and when the old one is closed."""

import json
import queue
import shutil
import threading
import time
from urllib.parse import urlencode

import pytest
from werkzeug.test import Client

from service.engine.line import Line
from service.engine.pool import open_pool
from service.errors import EngineFailed, Unavailable
from service.protocol import HttpQuery
from service.settings import Settings
from service.web.answers import Wishes
from service.web.app import create_app
from service.web.door import Asked, Door
from service.web.room import Room
from tests.stores import make_release, numbers
from tests.test_pool import ENDLESS
from tests.test_scarcity import eventually, no_threads

PATIENT = 20.0
COUNT = "SELECT ?s { ?s ?p ?o }"


class Engine:
    """Opens when it may, and says whether it was closed."""

    def __init__(self, settings, release):
        self.release, self.closed = release.id, 0

    def close(self):
        self.closed += 1


class Shelf:
    """A folder of releases, and what opens them: `hold` makes that wait, `broken` has ids that do not open."""

    def __init__(self, root):
        self.root, self.opened, self.broken = root, [], set()
        self.hold = threading.Event()
        self.hold.set()
        for number in (1, 2, 3):
            make_release(root, numbers(number), f"r{number}")
        self.publish("r1")

    def publish(self, release_id):
        (self.root / "next").symlink_to(release_id)
        (self.root / "next").replace(self.root / "current")

    def open(self, settings, release):
        engine = Engine(settings, release)
        self.opened.append(engine)
        self.hold.wait(PATIENT)
        if release.id in self.broken:
            raise EngineFailed("A query worker did not start.")
        return engine

    def ids(self):
        return [engine.release for engine in self.opened]

    def room(self, **seconds):
        wanted = {"linger_seconds": 0.0, "patience_seconds": PATIENT, "again_seconds": PATIENT} | seconds
        return Room(Settings(releases=self.root), self.open, **wanted)


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path)


def read(room, seconds=PATIENT):
    """The id of the reading, asked for in another thread as requests do; None when that takes too long."""
    found = queue.SimpleQueue()
    threading.Thread(target=lambda: found.put(room.reading().release.id), daemon=True).start()
    try:
        return found.get(timeout=seconds)
    except queue.Empty:
        return None


def test_the_next_request_after_a_publication_reads_it(shelf):
    room = shelf.room()
    assert read(room) == "r1"
    shelf.publish("r2")
    assert room.current() is None, "whoever must not block takes the other way"
    assert (read(room), room.current().release.id, room.reading_id()) == ("r2", "r2", "r2")
    assert eventually(lambda: shelf.opened[0].closed == 1)
    assert room.trouble() is None
    room.close()
    assert [engine.closed for engine in shelf.opened] == [1, 1]


def test_many_requests_open_a_release_once(shelf):
    room, found = shelf.room(), []
    for release_id in ("r1", "r2"):
        shelf.publish(release_id)
        threads = [threading.Thread(target=lambda: found.append(room.reading().release.id)) for _ in range(30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENT)
    assert shelf.ids() == ["r1", "r2"]
    assert found == ["r1"] * 30 + ["r2"] * 30


@pytest.mark.parametrize("damage", ["engine", "folder", "manifest"])
def test_a_release_that_does_not_open_leaves_the_one_before(shelf, damage):
    room = shelf.room()
    assert read(room) == "r1"
    if damage == "engine":
        shelf.broken.add("r2")
    elif damage == "folder":
        shutil.rmtree(shelf.root / "r2")
    else:
        (shelf.root / "r2" / "manifest.json").write_text("{")
        shelf.open = lambda *_: {}["no manifest"]
        room._open_engine = shelf.open
    shelf.publish("r2")
    assert [read(room) for _ in range(10)] == ["r1"] * 10
    assert (room.current().release.id, room.reading_id()) == ("r1", "r1")
    assert shelf.ids() in (["r1"], ["r1", "r2"]), "it is not tried again by each of them"
    assert (room.trouble().release_id, bool(room.trouble().why)) == ("r2", True)
    assert shelf.opened[0].closed == 0
    shelf.publish("r1")
    assert room.trouble() is None
    room.close()


def test_it_is_tried_again_after_a_while_and_nobody_waits_for_that(shelf):
    room = shelf.room(again_seconds=0.2)
    assert read(room) == "r1"
    shelf.broken.add("r2")
    shelf.publish("r2")
    assert read(room) == "r1"
    shelf.broken.clear()
    shelf.hold.clear()
    time.sleep(0.3)
    assert [read(room, 2.0) for _ in range(3)] == ["r1"] * 3
    shelf.hold.set()
    assert eventually(lambda: read(room) == "r2")
    assert shelf.ids() == ["r1", "r2", "r2"]
    assert eventually(lambda: shelf.opened[0].closed == 1)
    room.close()


def test_a_release_that_takes_long_to_open_is_not_waited_for_longer_than_that(shelf):
    room = shelf.room(patience_seconds=0.3)
    assert read(room) == "r1"
    shelf.hold.clear()
    shelf.publish("r2")
    assert read(room) == "r1"
    assert room.current().release.id == "r1"
    assert "still" in room.trouble().why
    shelf.hold.set()
    assert eventually(lambda: room.reading_id() == "r2")
    assert room.trouble() is None
    room.close()


def test_what_was_asked_of_a_release_and_answered_from_the_one_before_is_told_apart(shelf):
    room = shelf.room(patience_seconds=0.3)
    assert read(room) == "r1"
    shelf.hold.clear()
    shelf.publish("r2")
    asked = room.mark()
    assert read(room) == "r1"
    shelf.hold.set()
    assert eventually(lambda: room.reading_id() == "r2")
    assert asked != room.mark()
    room.close()


def test_a_publication_taken_back_while_it_was_opened_changes_nothing(shelf):
    room = shelf.room(patience_seconds=0.1)
    assert read(room) == "r1"
    shelf.hold.clear()
    shelf.publish("r2")
    assert read(room) == "r1"
    shelf.publish("r1")
    shelf.hold.set()
    assert eventually(lambda: shelf.opened[-1].closed == 1)
    assert (read(room), shelf.opened[0].closed) == ("r1", 0)
    shelf.publish("r2")
    assert eventually(lambda: read(room) == "r2")
    room.close()


def test_without_any_release_that_opens_it_is_503_and_not_tried_by_each_request(shelf):
    room = shelf.room()
    shelf.broken.add("r1")
    for _ in range(5):
        with pytest.raises(Unavailable, match="did not start"):
            room.reading()
    assert shelf.ids() == ["r1"]
    (shelf.root / "current").unlink()
    with pytest.raises(Unavailable, match="Nothing is published"):
        room.reading()
    room.close()


def test_a_release_is_opened_later_when_there_is_no_thread_now(shelf):
    room = shelf.room(again_seconds=0.1)
    assert read(room) == "r1"
    shelf.publish("r2")
    with no_threads():
        assert room.reading().release.id == "r1"
    assert eventually(lambda: read(room) == "r2")
    room.close()


def test_a_reading_is_closed_after_the_last_request_on_it(shelf):
    room = shelf.room()
    first = room.reading()
    with first.visits, first.visits:
        shelf.publish("r2")
        assert read(room) == "r2"
        time.sleep(0.6)
        assert first.engine._engine.closed == 0
        assert len(room._left) == 1
    assert eventually(lambda: first.engine._engine.closed == 1)
    assert room._left == []
    room.close()
    assert first.engine._engine.closed == 1


def test_nothing_is_kept_of_readings_that_were_closed(shelf):
    room = shelf.room()
    before = threading.active_count()
    for number in range(12):
        shelf.publish(f"r{number % 3 + 1}")
        assert read(room) == f"r{number % 3 + 1}"
    assert eventually(lambda: sum(not engine.closed for engine in shelf.opened) == 1)
    assert room._left == []
    assert eventually(lambda: threading.active_count() <= before)
    room.close()
    assert [engine.closed for engine in shelf.opened] == [1] * 12


@pytest.fixture
def app(shelf):
    made = create_app(
        Settings(releases=shelf.root, workers=1, slow_workers=1, query_seconds=3.0, queue_seconds=PATIENT)
    )
    made.extensions["room"]._linger_seconds = 0.0
    yield made
    made.extensions["room"].close()


def test_a_request_counts_on_its_reading_until_it_is_answered(app):
    client, room = Client(Door(app)), app.extensions["room"]
    for path in ("/", "/-/ready", "/sparql?query=ASK{}", "/nothing"):
        client.get(path)
        client.get(path, headers={"Accept": "text/html"})
    client.post("/sparql", data={"query": "ASK {}"})
    assert room.reading().visits.under_way == 0
    with app.test_request_context("/"):
        from service.web.room import reading

        assert reading().visits.under_way == 1
    assert room.reading().visits.under_way == 0


def test_queries_that_began_on_the_old_release_finish_on_it(app, shelf):
    """One that runs as long as it may, and one that waits for its worker meanwhile."""
    make_release(shelf.root, numbers(3000), "r4")
    shelf.publish("r4")
    door, told = Door(app), queue.SimpleQueue()
    old = app.extensions["room"].reading()
    held = shelf_worker(old)
    asked = [
        Asked(HttpQuery("GET", urlencode({"query": query}).encode()), Wishes(), "a client")
        for query in (ENDLESS, COUNT)
    ]
    for one in asked:
        door.query_later(one, old, Line(), told.put)
    assert old.visits.under_way == 2
    shelf.publish("r2")
    assert read(app.extensions["room"]) == "r2"
    time.sleep(0.5)
    old.engine._engine._crew.give_back(held, healthy=True)
    replies = [told.get(timeout=PATIENT) for _ in asked]
    stopped, answered = sorted(replies, key=lambda reply: -reply.status)
    assert (stopped.status, json.loads(stopped.body)["limit"]) == (503, "time")
    assert (answered.status, len(json.loads(answered.body)["results"]["bindings"])) == (200, 3000)
    assert eventually(lambda: app.extensions["room"]._left == [])
    assert eventually(lambda: old.engine._engine.pids() == [])


def shelf_worker(reading):
    return reading.engine._engine._crew.take(Line())


def test_a_damaged_store_is_told_to_operators_and_nobody_else_notices(app, shelf):
    client = Client(Door(app))
    first = client.get("/sparql", query_string={"query": COUNT}).data
    shutil.rmtree(shelf.root / "r2" / "store")
    (shelf.root / "r2" / "store").write_text("no store")
    shelf.publish("r2")
    assert client.get("/sparql", query_string={"query": COUNT}).data == first
    assert client.post("/sparql", data={"query": COUNT}).data == first
    ready = client.get("/-/ready")
    assert (ready.status_code, ready.json["release"], ready.json["published"]) == (200, "r1", "r2")
    assert "log" in ready.json["detail"]
    assert b"conflict_actors_release_passed_by 1.0" in client.get("/-/metrics").data
    shelf.publish("r3")
    found = client.get("/sparql", query_string={"query": COUNT})
    assert len(json.loads(found.data)["results"]["bindings"]) == 3
    assert "published" not in client.get("/-/ready").json
    assert b"conflict_actors_release_passed_by 0.0" in client.get("/-/metrics").data


class Failing(Engine):
    def answer(self, *_):
        raise Unavailable("No query worker was free in time.", headers={"Retry-After": "5"})

    def state(self):
        return {"workers": 0, "waiting": 0, "queries_stopped": {}}


@pytest.mark.parametrize("path", ["/", "/browse", "/doc/x", "/about", "/nothing-here", "/sparql?query=ASK{}"])
def test_a_browser_is_told_on_a_page_when_no_query_is_answered(shelf, path):
    app = create_app(Settings(releases=shelf.root), Failing)
    response = Client(Door(app)).get(path, headers={"Accept": "text/html"})
    assert response.status_code == (404 if path == "/nothing-here" else 503)
    assert response.content_type == "text/html; charset=utf-8"
    if response.status_code == 503:
        assert b"No query worker was free" in response.data
    app.extensions["room"].close()


def test_a_pool_is_opened_by_default(shelf):
    room = Room(Settings(releases=shelf.root, workers=1), open_pool)
    assert len(room.reading().engine._engine.pids()) == 1
    room.close()

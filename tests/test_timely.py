"""A request has its time as a whole, however many queries it asks, and one client makes so many at once."""

import json
import time
from contextlib import ExitStack

import pytest
from werkzeug.test import create_environ

from service import media
from service.engine import Answer, PromptEngine
from service.engine.line import Line
from service.engine.timely import timely
from service.errors import BadQuery, EngineTimeout, QueryStopped
from service.media import Kind
from service.protocol import QueryRequest
from service.settings import Settings
from service.web.app import create_app
from service.web.door import Door
from service.web.turnstile import Turnstile
from tests.engines import BASE, DATA, SCHEMA, InProcess, harbour, write_release

OFFERS = {Kind.SOLUTIONS: media.JSON}
ASK = QueryRequest("SELECT * {}")


class Told:
    """An engine that notes how long each query may run, and takes some time for it."""

    def __init__(self, takes=0.0, error=None):
        self.seconds, self._takes, self._error = [], takes, error
        self.closed = False

    def answer(self, request, offers):
        self.seconds.append(request.seconds)
        time.sleep(self._takes)
        if self._error is not None:
            raise self._error
        return Answer(Kind.SOLUTIONS, media.JSON, body=b"{}")

    def state(self):
        return {"workers": 7}

    def close(self):
        self.closed = True


class Prompt(Told):
    def answer_later(self, request, offers, client, then):
        then(self.answer(request, offers))


def hurried(seconds):
    line = Line()
    line.hurry(seconds)
    return line


def test_without_a_limit_a_request_passes_as_it_is():
    engine = Told()
    timely(engine).answer(ASK, OFFERS)
    with Line().held():
        timely(engine).answer(QueryRequest("SELECT * {}", seconds=3.0), OFFERS)
    assert engine.seconds == [None, 3.0]


def test_each_query_gets_what_the_others_left():
    engine = Told(takes=0.05)
    with hurried(60.0).held():
        for _ in range(3):
            timely(engine).answer(ASK, OFFERS)
        timely(engine).answer(QueryRequest("SELECT * {}", seconds=1.0), OFFERS)
    first, second, third, least = engine.seconds
    assert 60 >= first > second > third > 0
    assert first - third >= 0.1
    assert least == 1.0


def test_when_the_time_is_over_nothing_is_asked_and_it_is_told():
    engine = Told()
    with hurried(0.0).held(), pytest.raises(QueryStopped, match="longer than 0 s") as refused:
        timely(engine).answer(ASK, OFFERS)
    assert engine.seconds == []
    assert (refused.value.status, refused.value.members["limit"]) == (503, "time")
    assert int(refused.value.headers["Retry-After"]) > 0


@pytest.mark.parametrize("kind", [QueryStopped, EngineTimeout])
def test_a_query_that_was_stopped_for_the_whole_names_the_whole(kind):
    engine = Told(takes=0.1, error=kind("The query ran longer than 0.05 s.", members={"limit": "time"}))
    with hurried(0.05).held(), pytest.raises(QueryStopped, match=r"All that .* longer than 0\.05 s"):
        timely(engine).answer(ASK, OFFERS)


@pytest.mark.parametrize("error", [QueryStopped("memory", members={"limit": "memory"}), BadQuery("no query")])
def test_any_other_failure_stays_what_it_is(error):
    with hurried(0.05).held(), pytest.raises(type(error), match=error.detail):
        timely(Told(takes=0.1, error=error)).answer(ASK, OFFERS)


def test_nothing_more_is_asked_for_a_client_that_is_gone():
    engine, line = Told(), Line()
    line.hang_up()
    with line.held(), pytest.raises(QueryStopped) as refused:
        timely(engine).answer(ASK, OFFERS)
    assert (engine.seconds, refused.value.members["limit"]) == ([], "hang-up")


def test_the_rest_of_an_engine_shows_through():
    assert not isinstance(timely(Told()), PromptEngine)
    engine, told = Prompt(), []
    prompt = timely(engine)
    assert isinstance(prompt, PromptEngine)
    prompt.answer_later(ASK, OFFERS, Line(), told.append)
    assert len(told) == 1
    assert prompt.state() == {"workers": 7}
    prompt.close()
    assert engine.closed


class Slow(InProcess):
    def answer(self, request, offers):
        time.sleep(0.02)
        return super().answer(request, offers)


def posted(door, uris, line, **headers):
    """The reply to a list of URIs that are looked up, as the gate asks the door."""
    environ = create_environ(
        "/links", method="POST", data=json.dumps(uris), content_type="application/json", headers=headers
    )
    with line.held():
        return door.reply(environ)


def test_many_queries_of_one_request_are_stopped_together(tmp_path):
    graphs = {"schema": SCHEMA, "ships": DATA}
    write_release(tmp_path, graphs)
    slow = Slow(graphs)
    door = Door(create_app(Settings(releases=tmp_path, base=BASE, query_seconds=0.2), lambda settings, release: slow))
    assert posted(door, [f"{BASE}id/ship/alma"], Line()).status == 200
    slow.asked, begun = 0, time.monotonic()
    reply = posted(door, [f"{BASE}id/ship/{number}" for number in range(200)], Line())
    assert (reply.status, json.loads(reply.body)["limit"]) == (503, "time")
    assert "0.6 s" in json.loads(reply.body)["detail"]
    assert time.monotonic() - begun < 3
    assert 0 < slow.asked < 50


def test_a_uri_that_is_asked_again_and_again_is_looked_up_once(tmp_path):
    app = harbour(tmp_path)
    engine, client = app.extensions["engine"], app.test_client()
    client.post("/links", json=[])

    def asked(uris):
        before = engine.asked
        found = client.post("/links", json=uris).get_json()
        return engine.asked - before, found

    alma, bore = f"{BASE}id/ship/alma", f"{BASE}id/ship/bore"
    (once, (first, second)), (often, many) = asked([alma, bore]), asked([alma, bore, alma] * 300)
    assert often == once > 0
    assert many == [first, second, first] * 300


def test_one_client_has_so_many_requests_made_and_others_have_theirs():
    turnstile = Turnstile(2, "requests")
    with turnstile.passing("a"), turnstile.passing("a"), turnstile.passing("b"):
        with pytest.raises(Exception, match="2 requests running") as refused:
            turnstile.enter("a")
        assert refused.value.members["limit"] == "requests of a client"
    turnstile.enter("a")


@pytest.mark.parametrize(
    ("held", "refused", "answered"), [("_pages", "/browse", "/-/alive"), ("_probes", "/-/alive", "/browse")]
)
def test_pages_and_probes_are_counted_each_for_itself(tmp_path, held, refused, answered):
    door = Door(harbour(tmp_path))
    with ExitStack() as held_by_one:
        for _ in range(door.settings.threads // 4):
            held_by_one.enter_context(getattr(door, held).passing("192.0.2.1"))

        def status(path, client="192.0.2.1"):
            return door.reply(create_environ(path, environ_overrides={"REMOTE_ADDR": client})).status

        assert (status(refused), status(answered)) == (429, 200)
        assert (status(refused, "192.0.2.2"), status(answered, "192.0.2.2")) == (200, 200)
    assert status(refused) == 200

"""What is read once for each release is read before a reader waits for it."""

import pytest

from service.settings import Settings
from service.web.app import create_app
from service.web.door import Door
from service.web.warm import PAGES, Warming
from tests.engines import BASE, DATA, META, SCHEMA, InProcess, write_release


@pytest.fixture
def world(tmp_path):
    graphs = {"schema": SCHEMA, "ships": DATA, "meta": META}
    write_release(tmp_path, graphs)
    engine = InProcess(graphs)
    app = create_app(Settings(releases=tmp_path, base=BASE), lambda settings, release: engine)
    return tmp_path, engine, Door(app)


def at_once(task):
    task()
    return True


def test_after_it_the_pages_need_nothing_of_the_engine(world):
    _, engine, door = world
    Warming(door, at_once)()
    asked = engine.asked
    assert asked > 0
    Warming(door, at_once)()
    assert engine.asked == asked


def test_each_release_is_read_once(world):
    folder, _, door = world
    handed = []
    warming = Warming(door, lambda task: not handed.append(task))
    for _ in range(3):
        warming()
    assert len(handed) == 1
    (folder / "r1").rename(folder / "r2")
    (folder / "current").unlink()
    (folder / "current").symlink_to("r2")
    warming()
    assert len(handed) == 2


def test_it_is_tried_again_when_no_thread_was_free(world):
    *_, door = world
    answers = [False, True]
    handed = []
    warming = Warming(door, lambda task: handed.append(task) or answers[len(handed) - 1])
    for _ in range(3):
        warming()
    assert len(handed) == 2


def test_nothing_is_read_while_nothing_is_published(tmp_path):
    door = Door(create_app(Settings(releases=tmp_path, base=BASE)))
    Warming(door, lambda task: pytest.fail("there is nothing to read"))()


def test_every_page_it_asks_for_is_there(world):
    *_, door = world
    from werkzeug.test import create_environ

    for page in PAGES:
        assert door.reply(create_environ(page)).status in (200, 404), page

"""What is read once for each release is read before somebody has to wait for it: names, lists, the front page."""

from __future__ import annotations

import logging
from collections.abc import Callable

from werkzeug.test import create_environ

from service.web.door import Door
from service.web.hands import Task

log = logging.getLogger("service")
# Each makes the service read something it keeps for as long as the release is read.
PAGES = ("/search/suggest?q=a", "/", "/browse", "/network?format=json")


class Warming:
    """To be called again and again: when another release is there, its pages are asked for once, beside the rest."""

    def __init__(self, door: Door, hand_over: Callable[[Task], bool]) -> None:
        self._door, self._hand_over = door, hand_over
        self._warmed = ""

    def __call__(self) -> None:
        """Never blocks."""
        release = self._door.release_id()
        if release and release != self._warmed and self._hand_over(self._ask_all):
            self._warmed = release

    def _ask_all(self) -> None:
        for page in PAGES:
            reply = self._door.reply(create_environ(page, headers={"Accept": "text/html, */*;q=0.5"}))
            if reply.status >= 500:
                log.warning("%s could not be read beforehand: %s", page, reply.status)
            reply.close()

"""Conflict Actors: a press that turns Turtle into releases, and a reading room that serves them."""

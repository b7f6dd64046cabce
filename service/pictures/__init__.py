"""What pictures show: ties between actors, things in time, things in places; and which of it a reader chose.

Reads the views whose names begin with `network`, `timeline` and `map`; ontology/views/README.md has the columns.
Knows no ontology, no Flask, and nothing of how a picture looks.
"""

"""Finds things by name, in any order of words, spelling, transliteration or script. Knows no RDF and no files."""

from __future__ import annotations

from service.names.index import Match, Name, NameIndex
from service.names.spelling import fold, is_arabic, skeleton, words_of

__all__ = ["Match", "Name", "NameIndex", "fold", "is_arabic", "skeleton", "words_of"]

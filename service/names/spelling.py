"""How names are spelled: what spellings of one name have in common, across transliterations and scripts.

A skeleton is the consonants of a word as they sound to somebody who writes Arabic names in Latin letters: Qasim,
Gassem, Kassim and the Arabic letters have the same one. It is for finding, never for telling two names apart.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from service.kept import kept

# Marks, joiners and letters that modify (as in transliterations of Arabic) are not compared; nor is what
# stands within words and abbreviations.
_SILENT = ("Mn", "Cf", "Lm")
_WITHIN_WORDS = frozenset("'\u2018\u2019`\u00b4.")
# The article in the forms it takes before sun letters, and as it is heard.
ARTICLES = frozenset(
    (
        "al",
        "el",
        "ul",
        "l",
        "as",
        "ash",
        "an",
        "ar",
        "at",
        "ad",
        "adh",
        "az",
        "es",
        "esh",
        "en",
        "er",
        "et",
        "ed",
        "ez",
    )
)
_LEFT_OUT = ARTICLES | {"the"}
_LITTLE = _LEFT_OUT | {"of", "and", "for", "in"}
_ARABIC = str.maketrans(
    {
        "\u0627": "", "أ": "", "إ": "", "آ": "", "ٱ": "", "ى": "", "ء": "", "ئ": "", "ؤ": "", "ع": "", "ب": "b",
        "ت": "t", "ث": "t", "ج": "j", "چ": "s", "ح": "h", "خ": "kh", "د": "d", "ذ": "d", "ر": "r", "ز": "z", "س": "s",
        "ش": "s", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "غ": "gh", "ف": "f", "ڤ": "f", "ق": "k", "ك": "k", "ک": "k",
        "گ": "k", "ل": "l", "م": "m", "ن": "n", "\u0647": "h", "ة": "", "و": "", "ي": "", "ی": "", "پ": "b",
    }
)  # fmt: skip
_DIGRAPHS = (
    ("sch", "s"), ("sh", "s"), ("ch", "s"), ("kh", "k"), ("gh", "k"), ("dh", "d"), ("th", "t"), ("dj", "j"),
    ("ph", "f"), ("ck", "k"), ("q", "k"), ("g", "k"), ("c", "k"), ("x", "ks"), ("v", "f"), ("p", "b"),
)  # fmt: skip
# Long vowels and what carries one at the beginning; short ones are not written.
_LONG = {ord("\u0627"): "a", ord("و"): "w", ord("ي"): "y", ord("ی"): "y", ord("ى"): "a"}
_AS_HEARD = {**_ARABIC, **_LONG}
# "Servant of", one name with what follows it: Abd Allah, Abdullah, Abdel Fattah.
_SERVANT = frozenset(("abd", "abdel", "abdul", "abdal", "عبد"))
_VOWELS = re.compile("[aeiouyw]")
_VOWELS_RUN = re.compile("[aeiouyw]+")
_LATER_H = re.compile("(?<=.)h")
_DOUBLED = re.compile(r"(.)\1+")


@kept(8192)
def fold(text: str) -> str:
    """The text as it is compared: no accents, no case, no punctuation, words one space apart."""
    plain = unicodedata.normalize("NFKD", text)
    kept = (ch for ch in plain if unicodedata.category(ch) not in _SILENT and ch not in _WITHIN_WORDS)
    return " ".join("".join(ch if ch.isalnum() else " " for ch in kept).casefold().split())


def is_arabic(word: str) -> bool:
    """Is this word in Arabic script?"""
    return any("\u0600" <= ch <= "\u06ff" for ch in word)


def without_article(word: str) -> str:
    """A folded Arabic word without the article that is written with it; any other as it is."""
    return word[2:] if word.startswith("ال") and len(word) > 4 else word


def may_sound(arabic: str, latin: str) -> bool:
    """Has the Latin word a vowel wherever the Arabic one writes one? Of words with one skeleton."""
    letters = iter(heard(latin))
    return all(letter in letters for letter in heard(arabic))


@kept(8192)
def skeleton(word: str) -> str:
    """What is left of a folded word when its spelling is taken away; empty when that is too little to go by."""
    plain = word
    if is_arabic(word):
        plain = without_article(word).translate(_ARABIC)
    for letters, sound in _DIGRAPHS:
        plain = plain.replace(letters, sound)
    if not (plain.isascii() and plain.isalpha()):
        return ""
    bones = _DOUBLED.sub(r"\1", _LATER_H.sub("", _VOWELS.sub("", plain)))
    return bones if len(bones) > 1 else ""


@kept(8192)
def heard(word: str) -> str:
    """A folded Latin word as one types it: consonants by their sound, doubled ones kept, vowels alike.

    Unlike a skeleton it tells gadd (Qaddafi) from qaed (al-Qaeda). An Arabic word has its long vowels only. Empty
    for a word in another script.
    """
    plain = without_article(word).translate(_AS_HEARD) if is_arabic(word) else word
    for letters, sound in _DIGRAPHS:
        plain = plain.replace(letters, sound)
    return _VOWELS_RUN.sub("a", plain) if plain.isascii() and plain.isalpha() else ""


def words_of(text: str) -> list[str]:
    """The words of a name without its articles; with them when there is nothing else."""
    words = [without_article(word) for word in fold(text).split()]
    return _joined([word for word in words if word not in _LEFT_OUT] or words)


def indexed(text: str) -> list[str]:
    """The words by which a name is found: each, and those of `words_of` that are two in one."""
    words = [without_article(word) for word in fold(text).split()]
    bare = [word for word in words if word not in _LEFT_OUT]
    pairs = [one + other for one, other in pairwise(bare) if one in _SERVANT]
    return list(dict.fromkeys(words + pairs))


def _joined(words: list[str]) -> list[str]:
    """Arabic "servant of" and what follows in one word, as it is spelled in Latin letters."""
    made: list[str] = []
    for word in words:
        if made and made[-1] in _SERVANT and is_arabic(word):
            made[-1] += word
        else:
            made.append(word)
    return made


def initials(text: str) -> str:
    """The first letters of a name of three or more words; empty for a shorter one."""
    words = [
        word for word in fold(text).split() if word not in ARTICLES and word not in ("of", "the", "and", "for", "in")
    ]
    return "".join(word[0] for word in words) if len(words) > 2 else ""

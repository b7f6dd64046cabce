"""Finding things by name."""

import pytest

from service.names import NameIndex, fold

INDEX = NameIndex(
    [
        ("i:dna", "Dignity", 0), ("i:op", "Operation Dignity", 0), ("i:label", "dignity", 1), ("i:saiqa", "al-Saiqa", 0),
        ("i:saiqa", "Special Forces", 0), ("i:sirte", "Şirte", 0), ("i:ar", "بِنْغَازِي", 0), ("i:undignified", "Undignified", 0),
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Al-Şāʿiqa", "al saiqa"),
        ("  A.B.C. ", "abc"),
        ("Shari'a", "sharia"),
        ("بِنْغَازِي", "بنغازي"),
        ("Ⅳ", "iv"),
        ("\u202eabc", "abc"),
        ("", ""),
    ],
)
def test_folding_drops_what_spellings_differ_in(text, folded):
    assert fold(text) == folded


def test_the_closest_name_comes_first_and_mere_labels_last():
    assert [match.iri for match in INDEX.search("dignity")] == ["i:dna", "i:op", "i:label"]


def test_every_word_must_be_there_in_any_order():
    assert [match.iri for match in INDEX.search("forces special")] == ["i:saiqa"]
    assert INDEX.search("special dignity") == []


def test_a_thing_is_found_once_and_called_by_its_first_name():
    assert [match.iri for match in INDEX.search("s")].count("i:saiqa") == 1
    assert INDEX.called["i:saiqa"] == "al-Saiqa"


def test_accents_and_vowel_signs_do_not_matter():
    assert [match.iri for match in INDEX.search("sirte")] == ["i:sirte"]
    assert [match.iri for match in INDEX.search("بنغازي")] == ["i:ar"]


def test_no_words_find_nothing():
    assert INDEX.search(" -.- ") == []


def test_at_most_so_many_are_found():
    assert len(INDEX.search("i", most=2)) == 2

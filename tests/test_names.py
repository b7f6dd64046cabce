"""Finding things by name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.names import Name, NameIndex, fold, skeleton

INDEX = NameIndex(
    Name(iri, text, rank, kind)
    for iri, text, rank, kind in [
        ("i:dna", "Dignity", 0, ""), ("i:op", "Operation Dignity", 0, ""), ("i:label", "dignity", 1, ""), ("i:saiqa", "al-Saiqa", 0, ""),
        ("i:saiqa", "Special Forces", 0, "translation"), ("i:sirte", "Şirte", 0, ""), ("i:ar", "بِنْغَازِي", 0, ""), ("i:undignified", "Undignified", 0, ""),
        ("i:haftar", "Khalifa Haftar", 0, ""), ("i:qaddafi", "Muammar al-Qaddafi", 0, ""), ("i:misrata", "Misrata", 0, ""),
        ("i:lna", "Libyan National Army", 0, ""), ("i:sharia", "Ansar al-Sharia", 0, ""), ("i:qaeda", "al-Qaeda", 0, ""), ("i:benghazi", "Benghazi", 0, ""),
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
    assert [match.iri for match in INDEX.search("dignity")][:3] == ["i:dna", "i:op", "i:label"]


def test_every_word_must_be_there_in_any_order():
    assert [match.iri for match in INDEX.search("forces special")] == ["i:saiqa"]
    assert INDEX.search("special dignity") == []


def test_a_thing_is_found_once_and_called_by_its_first_name():
    assert [match.iri for match in INDEX.search("s")].count("i:saiqa") == 1
    assert INDEX.called["i:saiqa"] == "al-Saiqa"


def test_accents_and_vowel_signs_do_not_matter():
    assert [match.iri for match in INDEX.search("sirte")] == ["i:sirte"]
    assert INDEX.search("بنغازي")[0].iri == "i:ar"


def test_no_words_find_nothing():
    assert INDEX.search(" -.- ") == []


def test_at_most_so_many_are_found():
    assert len(INDEX.search("s", most=2)) == 2


@pytest.mark.parametrize(
    ("typed", "iri"),
    [
        ("Hifter", "i:haftar"), ("hift", "i:haftar"), ("gadaf", "i:qaddafi"), ("حفت", "i:haftar"), ("heftar", "i:haftar"), ("Haftar, Khalifa", "i:haftar"), ("khalifa hafter", "i:haftar"), ("حفتر", "i:haftar"),
        ("Gaddafi", "i:qaddafi"), ("Kadhafi", "i:qaddafi"), ("el-Qadhafi", "i:qaddafi"), ("Gadhafi", "i:qaddafi"), ("القذافي", "i:qaddafi"),
        ("معمر القذافي", "i:qaddafi"), ("Misratah", "i:misrata"), ("Misurata", "i:misrata"), ("مصراتة", "i:misrata"),
        ("ash-Sharia", "i:sharia"), ("Ansar ash-Shari'a", "i:sharia"), ("Ansar al Charia", "i:sharia"), ("أنصار الشريعة", "i:sharia"),
        ("LNA", "i:lna"), ("lybian natoinal army", "i:lna"), ("al-Qaida", "i:qaeda"), ("al Kaeda", "i:qaeda"), ("القاعدة", "i:qaeda"),
        ("Bengazi", "i:benghazi"), ("Benghzai", "i:benghazi"), ("Banghazi", "i:benghazi"), ("es-Saika", "i:saiqa"), ("saiq", "i:saiqa"),
    ],
)  # fmt: skip
def test_a_name_is_found_in_other_spellings_transliterations_and_scripts(typed, iri):
    assert INDEX.search(typed)[0].iri == iri


@pytest.mark.parametrize("typed", ["Haftarian", "xyzzy", "qqqq", "حزب", "zz"])
def test_what_nothing_is_called_finds_nothing(typed):
    assert INDEX.search(typed) == []


def test_a_match_says_which_kind_of_name_it_found():
    assert INDEX.search("special")[0].kind == "translation"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("qaddafi", "kadhafi"),
        ("haftar", "hifter"),
        ("sharia", "charia"),
        ("misrata", "musratah"),
        ("qaeda", "kaida"),
        ("حفتر", "haftar"),
    ],
)
def test_spellings_of_one_name_have_one_skeleton(one, other):
    assert skeleton(one) == skeleton(other) != ""


@pytest.mark.parametrize("word", ["", "a", "ai", "2014", "東京", "\u0645"])
def test_what_is_too_little_to_go_by_has_no_skeleton(word):
    assert skeleton(word) == ""


@given(st.text(max_size=60))
def test_whatever_is_typed_is_answered(text):
    assert len(INDEX.search(text)) <= 200
    assert fold(fold(text)) == fold(text)


SHORT = NameIndex(
    [
        Name("i:mosul", "Mosul"),
        Name("i:known", "little known"),
        Name("i:ikhwan", "الإخوان"),
        Name("i:abdullah", "Abdullah al-Thani"),
        Name("i:sisi", "Abdel Fattah as-Sisi"),
        Name("i:shadow", "shadow"),
    ]
)


@pytest.mark.parametrize("typed", ["msl", "mosl", "shdw", "daesh"])
def test_short_or_far_words_are_like_nothing(typed):
    assert SHORT.search(typed) == []


def test_an_arabic_word_needs_its_long_vowels_when_it_has_few_consonants():
    assert [match.iri for match in SHORT.search("الإخوان")] == ["i:ikhwan"]
    assert [match.iri for match in SHORT.search("اخوان")] == ["i:ikhwan"]


@pytest.mark.parametrize(
    ("typed", "iri"),
    [
        ("عبد الله الثني", "i:abdullah"),
        ("عبد الفتاح السيسي", "i:sisi"),
        ("Abdelfattah Sisi", "i:sisi"),
        ("Fattah", "i:sisi"),
    ],
)
def test_a_servant_of_god_has_one_name_however_many_words_it_is_written_in(typed, iri):
    assert SHORT.search(typed)[0].iri == iri


def test_whole_words_come_before_what_is_only_alike_and_a_match_says_which_it_is():
    index = NameIndex(
        [
            Name("i:hift", "Hifter", 0),
            Name("i:label", "Haftar of a schema", 1),
            Name("i:haftar", "Haftar", 0),
            Name("i:begun", "Haftarians", 0),
        ]
    )
    assert [(match.iri, match.is_like) for match in index.search("haftar")] == [
        ("i:haftar", False),
        ("i:begun", False),
        ("i:label", False),
        ("i:hift", True),
    ]


def test_the_middle_of_a_short_word_counts_only_when_nothing_begins_so():
    index = NameIndex([Name("i:hor", "Horatio"), Name("i:short", "short")])
    assert [match.iri for match in index.search("hor")] == ["i:hor"]
    assert [match.iri for match in index.search("ort")] == ["i:short"]

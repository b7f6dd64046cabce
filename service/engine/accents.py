"""Spells constants so that Virtuoso finds them. It compares a plain constant with letters beyond ASCII to the same
letters in its store as if they were others, and joins the two to garbage; a constant with a language is stored
and compared like the rest. So in expressions "é" is sent as STR("é"@en), which is the same string.
"""

from __future__ import annotations

from service.engine.words import Is, Token, tokens

# A parenthesis after one of these opens no expression: a list in a triple, a row of data.
_NO_EXPRESSION = ("A", "VALUES")


def spell(query: str) -> str:
    """The query, the same in meaning. Data blocks keep their constants: no function may stand there."""
    if query.isascii():
        return query
    found = list(tokens(query))
    places = [i for i, token in enumerate(found) if token.kind not in (Is.SPACE, Is.COMMENT)]
    texts = [token.text for token in found]
    for i in _plain_constants([found[place] for place in places]):
        texts[places[i]] = f"STR({texts[places[i]]}@en)"
    return "".join(texts)


def _plain_constants(found: list[Token]) -> list[int]:
    """Where strings beyond ASCII, without language or datatype, stand in expressions."""
    constants: list[int] = []
    within = [False]  # for each open bracket: does it hold an expression?
    heads = False  # between SELECT and its pattern every parenthesis holds an expression
    for i, token in enumerate(found):
        before, after = (found[i - 1] if i else Token(Is.SPACE, "")), found[i + 1 : i + 2]
        if token.kind is Is.STRING and within[-1] and not token.text.isascii():
            tagged = after and (after[0].kind is Is.LANGUAGE or after[0].text == "^^")
            named = before.text == "=" and found[i - 2].is_word("SEPARATOR")
            constants += [] if tagged or named else [i]
        elif token.text == "(":
            follows_word = before.kind is Is.WORD and not before.is_word(*_NO_EXPRESSION)
            within.append(within[-1] or heads or follows_word)
        elif token.text in ("{", "["):
            within.append(False)
        elif token.text in (")", "}", "]") and len(within) > 1:
            within.pop()
        heads = token.text != "{" and (heads or token.is_word("SELECT"))
    return constants

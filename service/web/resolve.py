"""Identifiers of others as addresses here: /id/{scheme}/{identifier} leads to our thing.

A name of a scheme is a reserved kind: no thing of ours is called {base}id/{scheme}/... If a publication does it all
the same, its thing wins, so that no URI ever changes its meaning. A name may stand for a family of schemes (un,
wikipedia): then all of them are asked.
"""

from __future__ import annotations

from flask import Response, redirect, request

from service import negotiate
from service.errors import NotFound
from service.links.lookup import Known
from service.links.mappings import Mapping
from service.links.schemes import Scheme
from service.media import DATA, HTML
from service.web import graphs, links, pages, respond
from service.web.respond import Link
from service.web.site import site

# Only these say that the identifier is the thing's; with any other the reader decides.
_SURE = ("exact", "page")


def lead(local: str) -> Response:
    """303 to the one thing an identifier belongs to, 300 when that is not sure. Raises NotFound with a hint."""
    name, _, identifier = local.strip("/").partition("/")
    lookup = links.lookup()
    schemes = lookup.schemes.called(name)
    if schemes and not identifier:
        raise NotFound(f"Add an identifier of {schemes[0].label}: {site().base.thing(name)}/...")
    if not schemes:
        raise NotFound(f"Nothing is said here about <{site().base.thing(local)[:300]}>. Search, or see /browse.")
    found = [one for scheme in schemes for one in lookup.by_identifier(scheme, identifier)]
    if not found:
        raise _unknown(schemes, identifier)
    sure = _sure(found)
    return _to(sure) if sure else _choose(local, found)


def _sure(found: list[Mapping]) -> str:
    """The one thing that has the identifier; empty when there are several or when it is only near it."""
    best = min(one.rank for one in found)
    things = {one.thing.iri for one in found if one.rank == best and one.match in _SURE}
    return things.pop() if len(things) == 1 else ""


def _to(thing: str) -> Response:
    response = redirect(site().base.path(thing), 303)
    response.headers["Cache-Control"] = respond.until_published()
    response.headers.add("Link", str(Link(thing, "canonical")))
    assert isinstance(response, Response)
    return response


def _choose(local: str, found: list[Mapping]) -> Response:
    """300 Multiple Choices (RFC 9110 section 15.4.1): the things, as a page or for machines."""
    uri = site().base.thing(local)
    format = negotiate.choose(request.headers.get("Accept"), (HTML, DATA, *graphs.RDF))
    if format is HTML:
        response = pages.page("choices.html", found=found, uri=uri, status=300)
    else:
        response = links.send([Known(uri, uri, "", tuple(found), (), ())], format, one=True, status=300)
    for thing in dict.fromkeys(one.thing.iri for one in found):
        response.headers.add("Link", str(Link(thing, "alternate")))
    return response


def _unknown(schemes: list[Scheme], identifier: str) -> NotFound:
    """What is wrong with the identifier, and where it leads elsewhere."""
    first = schemes[0]
    fitting = [one for one in schemes if one.has(identifier)]
    members = {"scheme": first.iri, "pattern": first.pattern, "elsewhere": ""}
    if not fitting:
        wanted = " or ".join(f"{one.label}: {one.pattern}" for one in schemes[:5])
        return NotFound(f"{identifier[:200]!r} does not have the form of an identifier ({wanted}).", members=members)
    known = fitting[0]
    members = {"scheme": known.iri, "pattern": known.pattern, "elsewhere": known.address(identifier)}
    return NotFound(
        f"Nothing here has the identifier {identifier[:200]} of {known.label}. Search by name.", members=members
    )

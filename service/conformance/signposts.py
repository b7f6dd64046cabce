"""Link headers: readable, true, and what FAIR Signposting wants of a landing page."""

from __future__ import annotations

import re

from service.conformance.checks import Failed, Inapplicable, check, expect, expect_status
from service.conformance.site import Site
from service.conformance.syntax import RDF_TYPES, Link, Malformed, read_links
from service.conformance.wire import Exchange
from service.media import HTML, TURTLE

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_LINKSETS = ("application/linkset+json", "application/linkset")


def _landing(site: Site) -> tuple[Exchange, list[Link]]:
    reply = expect_status(site.get(site.thing_document, HTML.media_type), 200)
    return reply, site.links(reply)


def _related(links: list[Link], relation: str) -> list[Link]:
    return [one for one in links if relation in one.relations]


@check("signposts.readable", "Every Link header can be read, and every link in it has a relation", "RFC 8288", "3")
def readable(site: Site) -> None:
    paths = [(one.path, kind) for one in site.documents for kind in (HTML.media_type, TURTLE.media_type)]
    for path, accept in (*paths, ("/dumps", HTML.media_type), ("/", HTML.media_type)):
        reply = site.get(path, accept)
        expect(all(one.relations for one in site.links(reply)), "a link has no rel", reply)


@check("signposts.cite-as", "The landing page of a thing says under which URI to cite it", "RFC 8574", "3")
def cite_as(site: Site) -> None:
    reply, links = _landing(site)
    found = [one.target for one in _related(links, "cite-as")]
    expect(len(found) == 1, f"there are {len(found)} links with rel=cite-as", reply)
    expect(site.iri_path(found[0]) == site.iri_path(site.thing), f"it is {found[0]}, not the thing", reply)


@check(
    "signposts.described-by",
    "The landing page leads to its description in RDF, of the type it says",
    "FAIR Signposting",
    "describedby",
)
def described_by(site: Site) -> None:
    reply, links = _landing(site)
    found = [one for one in _related(links, "describedby") if site.path(one.target, reply)]
    expect(found, "there is no link with rel=describedby on this host", reply)
    for one in found:
        told = expect_status(site.get(site.path(one.target, reply), one.media_type), 200)
        expect(told.type in RDF_TYPES or told.type in _LINKSETS, f"it leads to {told.type}", told)
        expect(one.media_type in ("", told.type), f"it says {one.media_type} and is {told.type}", told)


@check(
    "signposts.license",
    "The landing page names the licence, the one that the description names",
    "FAIR Signposting",
    "license",
)
def licence(site: Site) -> None:
    reply, links = _landing(site)
    found = [one.target for one in _related(links, "license")]
    expect(found, "there is no link with rel=license", reply)
    expect(not site.licence or site.licence in found, f"it is {found[0]}, the description says {site.licence}", reply)


@check(
    "signposts.type",
    "The landing page says of what type the thing is, with absolute IRIs",
    "FAIR Signposting",
    "type",
)
def types(site: Site) -> None:
    reply, links = _landing(site)
    found = [one.target for one in _related(links, "type")]
    expect(found, "there is no link with rel=type", reply)
    expect(all(_ABSOLUTE.match(one) for one in found), "a type is no absolute IRI", reply)


@check(
    "signposts.alternates", "Every alternate that a page announces is there, of the type it says", "RFC 8288", "3.3"
)
def alternates(site: Site) -> None:
    reply, links = _landing(site)
    found = [one for one in _related(links, "alternate") if site.path(one.target, reply)]
    expect(found, "there is no link with rel=alternate", reply)
    for one in found:
        told = expect_status(site.get(site.path(one.target, reply), one.media_type), 200)
        expect(one.media_type in ("", told.type), f"it says {one.media_type} and is {told.type}", told)


@check("signposts.linkset", "A linkset that is announced can be read and speaks of the document", "RFC 9264", "4.2")
def linkset(site: Site) -> None:
    reply, links = _landing(site)
    found = [one for one in _related(links, "linkset") if site.path(one.target, reply)]
    if not found:
        raise Inapplicable("no linkset is announced")
    for one in found:
        told = expect_status(site.get(site.path(one.target, reply), one.media_type), 200)
        expect(told.type in _LINKSETS, f"it is {told.type}", told)
        if told.type == _LINKSETS[0]:
            contexts = site.json(told).get("linkset")
            expect(contexts and all("anchor" in each for each in contexts), "a context of links has no anchor", told)
            anchors = {site.path(str(each["anchor"]), told) for each in contexts}
        else:
            anchors = {site.path(each.anchor, told) for each in _links_of(told)}
        ours = {site.thing_document, site.iri_path(site.thing), site.path(reply.header("Content-Location"), reply)}
        expect(anchors & ours, f"it speaks of {sorted(anchors)[:3]}", told)


def _links_of(linkset: Exchange) -> list[Link]:
    """The links of a document in application/linkset, which is a Link header with breaks (RFC 9264 section 4.1)."""
    try:
        return read_links(" ".join(linkset.text.split()))
    except Malformed as error:
        raise Failed(str(error), linkset) from error


@check("signposts.canonical-dump", "A dump names the URL under which it never changes", "RFC 6596", "3")
def canonical_dump(site: Site) -> None:
    reply = expect_status(site.head(site.dump()), 200)
    found = [site.path(one.target, reply) for one in _related(site.links(reply), "canonical")]
    expect(any(found), "there is no link with rel=canonical on this host", reply)
    permanent = expect_status(site.head(found[0]), 200)
    expect(reply.header("ETag"), "there is no ETag", reply)
    expect(permanent.header("ETag") == reply.header("ETag"), "the permanent URL is of another file", permanent)

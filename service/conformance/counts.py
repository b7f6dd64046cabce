"""VoID and DCAT: what the dataset is said to be and to hold, against what it holds."""

from __future__ import annotations

from service.conformance.checks import Inapplicable, check, expect, expect_status
from service.conformance.elements import SITEMAP, texts
from service.conformance.site import Site
from service.conformance.syntax import RDF_TYPES
from service.conformance.terms import DCAT, DCT, MEDIA_TYPES, RDF_TYPE, SPDX, VOID
from service.conformance.wire import Exchange
from service.media import JSON, TURTLE

# Counts do not count themselves: what holds the description is left out, here as by who counted.
_COUNTED = """GRAPH ?g { ?s ?p ?o } FILTER NOT EXISTS { GRAPH ?g { <%s> void:triples ?told } }"""
_PREFIX = f"PREFIX void: <{VOID}> "
_MOST = 25


def _number(site: Site, what: str) -> int:
    where = _COUNTED % site.dataset
    return site.number(f"{_PREFIX}SELECT (COUNT(*) AS ?n) {{ SELECT DISTINCT {what} {{ {where} }} }}")


def _told(site: Site, name: str) -> int:
    told = site.void.value(site.dataset, f"{VOID}{name}")
    if not told:
        raise Inapplicable(f"the dataset has no void:{name}")
    return int(told)


@check(
    "counts.well-known", "/.well-known/void leads to a description in RDF, also without Accept", "VoID", "#well-known"
)
def well_known(site: Site) -> None:
    for accept in ("", TURTLE.media_type):
        reply = expect_status(site.follow("/.well-known/void", accept), 200)
        expect(reply.type in RDF_TYPES, f"it is {reply.type}", reply)
        expect(site.graph(reply).subjects(RDF_TYPE, f"{VOID}Dataset"), "it describes no void:Dataset", reply)


@check(
    "counts.who-and-licence",
    "The dataset has a title, a creator or publisher, a licence and a date",
    "DCAT 3",
    "dct:title, dct:publisher, dct:license, dct:issued",
)
def who_and_licence(site: Site) -> str:
    said = {
        name
        for name in ("title", "creator", "publisher", "license", "issued", "modified")
        if site.void.objects(site.dataset, f"{DCT}{name}")
    }
    wanted = ({"title"}, {"creator", "publisher"}, {"license"}, {"issued", "modified"})
    missing = [" or ".join(f"dct:{one}" for one in sorted(names)) for names in wanted if not names & said]
    expect(not missing, f"<{site.dataset}> has no {', no '.join(missing)}")
    return site.void.value(site.dataset, f"{DCT}title")


@check("counts.is-a-dataset", "The dataset is a void:Dataset and a dcat:Dataset", "DCAT 3", "dcat:Dataset")
def is_a_dataset(site: Site) -> None:
    kinds = site.void.objects(site.dataset, RDF_TYPE)
    expect({f"{VOID}Dataset", f"{DCAT}Dataset"} <= set(kinds), f"it is {kinds}")


@check("counts.dereferences", "The IRI of the dataset dereferences", "Cool URIs", "303 URIs")
def dereferences(site: Site) -> None:
    expect_status(site.follow(site.iri_path(site.dataset), TURTLE.media_type), 200)


@check("counts.uri-space", "Things of the dataset have IRIs in its void:uriSpace", "VoID", "void:uriSpace")
def uri_space(site: Site) -> None:
    spaces = site.void.objects(site.dataset, f"{VOID}uriSpace")
    if not spaces:
        raise Inapplicable("the dataset has no void:uriSpace")
    outside = [thing for thing in site.things if not any(thing.startswith(space) for space in spaces)]
    expect(not outside, f"outside of {spaces}: {outside[:3]}")


@check("counts.endpoint", "void:sparqlEndpoint is an endpoint that answers", "VoID", "void:sparqlEndpoint")
def endpoint(site: Site) -> None:
    expect(site.void.value(site.dataset, f"{VOID}sparqlEndpoint"), "the dataset names no endpoint")
    reply = expect_status(site.query("ASK {}", JSON.media_type), 200)
    expect(site.json(reply).get("boolean") is True, "ASK {} is not true", reply)


@check("counts.triples", "void:triples is the number of statements", "VoID", "#statistics")
def triples(site: Site) -> str:
    told, found = _told(site, "triples"), _number(site, "?s ?p ?o")
    expect(told == found, f"{told} told, {found} there")
    return f"{found:,}"


@check("counts.subjects", "void:distinctSubjects is the number of subjects", "VoID", "#statistics")
def subjects(site: Site) -> str:
    told, found = _told(site, "distinctSubjects"), _number(site, "?s")
    expect(told == found, f"{told} told, {found} there")
    return f"{found:,}"


@check("counts.properties", "void:properties is the number of properties", "VoID", "#statistics")
def properties(site: Site) -> str:
    told, found = _told(site, "properties"), _number(site, "?p")
    expect(told == found, f"{told} told, {found} there")
    return f"{found:,}"


@check("counts.classes", "void:classes is the number of classes", "VoID", "#statistics")
def classes(site: Site) -> str:
    where = (_COUNTED % site.dataset).replace("?s ?p ?o", "?s a ?class", 1)
    told = _told(site, "classes")
    found = site.number(f"{_PREFIX}SELECT (COUNT(DISTINCT ?class) AS ?n) {{ {where} FILTER(ISIRI(?class)) }}")
    expect(told == found, f"{told} told, {found} there")
    return f"{found:,}"


@check("counts.class-partitions", "Every class partition counts its things right", "VoID", "void:classPartition")
def class_partitions(site: Site) -> str:
    where = (_COUNTED % site.dataset).replace("?s ?p ?o", "?s a ?class", 1)
    found = site.rows(f"{_PREFIX}SELECT ?class (COUNT(DISTINCT ?s) AS ?n) {{ {where} }} GROUP BY ?class").rows
    return _compare(site, "class", "entities", {row["class"]: int(row["n"]) for row in found})


@check(
    "counts.property-partitions",
    "Every property partition counts its statements right",
    "VoID",
    "void:propertyPartition",
)
def property_partitions(site: Site) -> str:
    where = _COUNTED % site.dataset
    found = site.rows(
        f"{_PREFIX}SELECT ?p (COUNT(*) AS ?n) {{ SELECT DISTINCT ?s ?p ?o {{ {where} }} }} GROUP BY ?p"
    ).rows
    return _compare(site, "property", "triples", {row["p"]: int(row["n"]) for row in found})


def _compare(site: Site, kind: str, counted: str, found: dict[str, int]) -> str:
    """Each partition of the dataset against what was counted, by the class or property it is of."""
    parts = site.void.objects(site.dataset, f"{VOID}{kind}Partition")
    if not parts:
        raise Inapplicable(f"the dataset has no void:{kind}Partition")
    numbers = {part: told for part in parts if (told := site.void.value(part, f"{VOID}{counted}"))}
    if not numbers:  # a partition may also just say that it is there
        raise Inapplicable(f"no void:{kind}Partition has void:{counted}")
    for part, told in numbers.items():
        of = site.void.value(part, f"{VOID}{kind}")
        expect(told == str(found.get(of, 0)), f"{of or part}: {told} told, {found.get(of, 0)} there")
    return f"{len(numbers)} of {len(parts)} partitions"


def _distributions(site: Site) -> dict[str, str]:
    """Some distributions that are files of this host, each with its dcat:downloadURL. Raises Inapplicable, Failed."""
    found = {
        one: site.void.value(one, f"{DCAT}downloadURL")
        for one in site.void.objects(site.dataset, f"{DCAT}distribution")
    }
    bare = [one for one, url in found.items() if not url and not site.void.value(one, f"{DCAT}accessURL")]
    expect(not bare, f"<{next(iter(bare), '')}> has no dcat:downloadURL and no dcat:accessURL")
    here = {one: url for one, url in found.items() if url and site.here(url)}
    if not here:
        raise Inapplicable("the dataset has no dcat:distribution that can be downloaded here")
    return {one: here[one] for one in list(here)[:: max(1, len(here) // _MOST)]}


@check(
    "counts.distributions",
    "Distributions can be downloaded, and have the size and type that is said",
    "DCAT 3",
    "dcat:downloadURL, dcat:byteSize, dcat:mediaType",
)
def distributions(site: Site) -> str:
    some = _distributions(site)
    for one, url in some.items():
        size = site.void.value(one, f"{DCAT}byteSize")
        reply, found = _file(site, url)
        expect(size in ("", found), f"dcat:byteSize is {size}, it has {found} bytes", reply)
        packed = site.void.value(one, f"{DCAT}compressFormat")
        told = (packed or site.void.value(one, f"{DCAT}mediaType")).rpartition(MEDIA_TYPES)[2]
        expect(told in ("", reply.type), f"it is said to be {told}", reply)
    return f"{len(some)} distributions"


def _file(site: Site, url: str) -> tuple[Exchange, str]:
    """(the reply for a file, how many bytes it has); HEAD need not tell (RFC 9110 section 8.6)."""
    told = expect_status(site.head(site.iri_path(url)), 200)
    if told.header("Content-Length"):
        return told, told.header("Content-Length")
    whole = expect_status(site.get(site.iri_path(url)), 200)
    return whole, str(len(whole.body))


@check("counts.checksums", "Checksums of distributions are those of SHA256SUMS", "DCAT 3", "spdx:checksum")
def checksums(site: Site) -> str:
    some, compared = _distributions(site), 0
    for one, url in some.items():
        told = [site.void.value(node, f"{SPDX}checksumValue").lower() for node in _sha256(site, one)]
        wanted = site.dumps.get(url.rpartition("/")[2], "")
        expect(not told or told == [wanted], f"{url}: {told} told, {wanted or 'nothing'} in SHA256SUMS")
        compared += len(told)
    if not compared:
        raise Inapplicable("no distribution has a checksum")
    return f"{compared} checksums"


def _sha256(site: Site, distribution: str) -> list[str]:
    """Its checksums that are of SHA-256, or do not say of what."""
    found = site.void.objects(distribution, f"{SPDX}checksum")
    return [one for one in found if "sha256" in (site.void.value(one, f"{SPDX}algorithm").lower() or "sha256")]


@check("counts.data-dumps", "Every void:dataDump of the dataset is there", "VoID", "void:dataDump")
def data_dumps(site: Site) -> str:
    found = [url for url in site.void.objects(site.dataset, f"{VOID}dataDump") if site.here(url)]
    if not found:
        raise Inapplicable("the dataset has no void:dataDump on this host")
    for url in found[:_MOST]:
        expect_status(site.head(site.iri_path(url)), 200)
    return f"{len(found[:_MOST])} of {len(found)}"


@check("counts.sitemap", "robots.txt names a sitemap, and what it lists is there", "Sitemaps")
def sitemap(site: Site) -> str:
    robots = site.get("/robots.txt")
    if robots.status == 404:
        raise Inapplicable("there is no robots.txt")
    named = [
        line.partition(":")[2].strip()
        for line in expect_status(robots, 200).text.splitlines()
        if line.lower().startswith("sitemap:")
    ]
    expect(named, "robots.txt names no sitemap", robots)
    listed = _listed(site, named[0])
    expect(listed, "the sitemap is empty")
    for url in listed[:: max(1, len(listed) // 8)]:
        expect_status(site.follow(site.iri_path(url), "text/html"), 200)
    return f"{len(listed):,} addresses"


def _listed(site: Site, url: str) -> list[str]:
    """The addresses of a sitemap, or of the first that an index of sitemaps lists."""
    elements = site.elements(expect_status(site.get(site.iri_path(url)), 200))
    maps = texts(elements, SITEMAP, "loc", "sitemapindex", "sitemap")
    if maps:  # an index lists no index
        elements = site.elements(expect_status(site.get(site.iri_path(maps[0])), 200))
    return texts(elements, SITEMAP, "loc", "urlset", "url")

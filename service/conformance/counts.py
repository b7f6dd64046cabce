"""VoID and DCAT: what the dataset is said to be and to hold, against what it holds."""

from __future__ import annotations

from service.conformance.checks import Inapplicable, check, expect, expect_status
from service.conformance.site import Site
from service.conformance.syntax import RDF_TYPES
from service.conformance.terms import DCAT, DCT, RDF_TYPE, VOID
from service.media import JSON, TURTLE


def _number(site: Site, what: str) -> int:
    """How many there are at the endpoint, the description of the dataset included."""
    return site.number(f"SELECT (COUNT(*) AS ?n) {{ SELECT DISTINCT {what} {{ ?s ?p ?o }} }}")


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


@check("counts.objects", "void:distinctObjects is the number of objects", "VoID", "#statistics")
def objects(site: Site) -> str:
    told, found = _told(site, "distinctObjects"), _number(site, "?o")
    expect(told == found, f"{told} told, {found} there")
    return f"{found:,}"


@check("counts.properties", "void:properties is the number of properties", "VoID", "#statistics")
def properties(site: Site) -> str:
    told, found = _told(site, "properties"), _number(site, "?p")
    expect(told == found, f"{told} told, {found} there")
    return f"{found:,}"


@check("counts.classes", "void:classes is the number of classes", "VoID", "#statistics")
def classes(site: Site) -> str:
    told = _told(site, "classes")
    found = site.number("SELECT (COUNT(DISTINCT ?class) AS ?n) { ?s a ?class FILTER(ISIRI(?class)) }")
    expect(told == found, f"{told} told, {found} there")
    return f"{found:,}"


@check("counts.class-partitions", "Every class partition counts its things right", "VoID", "void:classPartition")
def class_partitions(site: Site) -> str:
    found = site.rows("SELECT ?class (COUNT(DISTINCT ?s) AS ?n) { ?s a ?class } GROUP BY ?class").rows
    return _compare(site, "class", "entities", {row["class"]: int(row["n"]) for row in found})


@check(
    "counts.property-partitions",
    "Every property partition counts its statements right",
    "VoID",
    "void:propertyPartition",
)
def property_partitions(site: Site) -> str:
    found = site.rows("SELECT ?p (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } } GROUP BY ?p").rows
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


@check(
    "counts.subsets",
    "Either all parts of the dataset say how many statements they have, or none",
    "VoID",
    "void:subset",
)
def subsets(site: Site) -> str:
    parts = site.void.objects(site.dataset, f"{VOID}subset")
    if not parts:
        raise Inapplicable("the dataset has no void:subset")
    silent = [part for part in parts if not site.void.value(part, f"{VOID}triples")]
    expect(len(silent) in (0, len(parts)), f"no void:triples: {silent}")
    return f"{len(parts)} parts"

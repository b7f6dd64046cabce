"""JSON-LD: what we write is what the algorithms of the specification make, checked against PyLD and pyoxigraph.

Fixture strategy: `harbour` of tests/engines.py with a context made as the press makes it; odd terms in one graph here.
"""

import json

import pyoxigraph as ox
import pytest
from pyld import jsonld as pyld

from service.jsonld.context import as_document, make_context, plain_context
from service.jsonld.forms import NAMESPACE, Form, form_for, write
from service.jsonld.tree import framed
from service.jsonld.write import Context, context_name, expanded
from service.ntriples import by_subject
from tests.contexts import context_at, loader, with_context
from tests.engines import BASE, HEAD, PREFIXES, get, harbour

ALMA = "/doc/ship/alma"
FORMS = {"compacted": Form.COMPACTED, "expanded": Form.EXPANDED, "flattened": Form.EXPANDED, "framed": Form.FRAMED}
ODD = """
<id/a> a :Ship , :Boat ; :built 1 , "01"^^xsd:integer , -7 , 123456789012345678901 ; :sails true , "1"^^xsd:boolean ;
  :called "Plain" , "Zwei"@de , "Drei"@de-AT ; :motto "One"@en , "Two"@en ; :note "alone"@en ; :rig :Brig ; :crew <id/b> ;
  :tons 1.50 , 1.5e0 ; :launched "2020-02-30"^^xsd:date ; :odd "é\\n\\"\\\\\\u2028" , <id/b> ; :home <http://example.org/x> ;
  <http://unprefixed.example/p> "no prefix" , <id/a> ; dct:title "T" ; :id "an id of theirs" ; :type "a type of theirs" .
<id/b> :crew <id/a> , <id/c> ; :launched "2021-01-01"^^xsd:date ; :note "nur"@de ; dct:title "Ü"@de .
<id/c> :crew <id/c> ; rdfs:seeAlso <http://www.w3.org/2000/01/rdf-schema#label> ; :list ( 1 2 ) .
:Brig a :Rig . :crew a owl:ObjectProperty . :unused a owl:ObjectProperty . :built a owl:DatatypeProperty .
:id a owl:DatatypeProperty . :odd rdfs:label "odd"@en .
"""


def described(turtle):
    triples = [quad.triple for quad in ox.parse((HEAD + turtle).encode(), format=ox.RdfFormat.TURTLE)]
    return by_subject(sorted(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES).splitlines(keepends=True)))


def lines(said):
    return {f"{s} {p} {o} ." for s, found in said.items() for p, o in found}


def context_of(said):
    return make_context(said, PREFIXES, BASE + "ontology#")


def triples(document):
    """What pyoxigraph reads in a document, numbers in the form JSON gives them."""
    return {str(q.triple) for q in ox.parse(json.dumps(document), format=ox.RdfFormat.JSON_LD, base_iri=BASE)}


@pytest.fixture(scope="module")
def odd():
    said = described(ODD)
    return said, Context(context_of(said))


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """The harbour with the context that the press would have made of it."""
    from service.releases import CONTEXT
    from tests.engines import DATA, SCHEMA

    folder = tmp_path_factory.mktemp("releases")
    made = harbour(folder)
    (folder / "r1" / CONTEXT).write_bytes(as_document(context_of(described(SCHEMA + DATA))))
    return made


def test_compacted_is_what_the_algorithm_makes_of_expanded(odd):
    said, context = odd
    ours = json.loads(write(Form.COMPACTED, context, said, ""))
    assert ours == pyld.compact(expanded(said), context.reference, {"graph": True})


def test_what_is_written_compacts_to_itself_with_an_older_context(odd):
    """Values that a context made of other statements promises nothing about."""
    said, _ = odd
    older = Context(
        context_of(described('<id/b> :tons "x"@en ; :called <id/b> ; :motto "One" ; :launched 5 ; :crew "c" .'))
    )
    ours = json.loads(write(Form.COMPACTED, older, said, ""))
    assert ours == pyld.compact(expanded(said), older.reference, {"graph": True})


def test_numbers_never_stand_in_a_language_map(odd):
    """JSON-LD 1.1 API section 5.1.2, step 13.4.7.2.3: its values are strings; a library puts numbers there."""
    said, _ = odd
    older = Context(context_of(described('<id/b> :built "x"@en .')))
    ours = json.loads(write(Form.COMPACTED, older, said, ""))
    assert triples(ours) == triples(expanded(said))


@pytest.mark.parametrize("form", Form)
def test_no_form_loses_or_adds_anything(odd, form):
    said, context = odd
    for root in said:
        assert triples(json.loads(write(form, context, said, root))) == triples(expanded(said))
    want = {str(q.triple) for q in ox.parse("\n".join(lines(said)), format=ox.RdfFormat.N_TRIPLES)}
    assert triples(expanded(said)) == want


CONFUSING = {
    **PREFIXES, "geo": "http://www.opengis.net/ont/geosparql#", "doi": "http://doi.example/", "tag": "http://tags.example/",
    "info": "http://info.example/#", "id": "http://ids.example/", "type": "http://types.example/", "ex": "http://ex.org/",
    "http": "http://www.w3.org/2011/http#", "vocab.example": "http://vocab.example/", "é": "http://accents.example/",
    "mailto": "http://mail.example/", "obo": "http://obo.example/GO_", "urn": "http://urns.example/", "dt": "http://dt.example/",
}  # fmt: skip
TERMS = """
<id/a> a <doi:10.1000/182> , geo:Point , type:Kind , vocab.example:Thing ; geo:at <geo:32.1,20.0> , geo:x ; doi:by <tag:example.org,2020:me> ;
  type:of type:x , <info:lccn/2> ; id:of id:x , "of" ; http:says http:x ; ex:near <http://ex.org///a> , <http://ex.org//b> , ex:c , <http://ex.org/> ;
  <mailto:property> <mailto:a@b> , "5"^^<urn:ex:number> ; é:q é:x ; obo:1 <http://obo.example/GO_2> ; :tag <tag:x> ; :urn <urn:isbn:1> ;
  :mailto 1 ; :type :id ; dt:held "x"^^dt:text ; <urn:p> <http:nohost> .
<http://ex.org///a> ex:near <id/a> . <geo:1,2> geo:at "POINT(1 2)"^^geo:wktLiteral . <tag:x> a :tag . :type a owl:ObjectProperty . :urn a owl:ObjectProperty .
"""
CONFUSED = described("".join(f"@prefix {p}: <{ns}> .\n" for p, ns in CONFUSING.items() if p not in PREFIXES) + TERMS)
CONTEXTS = {
    "of these statements": make_context(CONFUSED, CONFUSING, BASE + "ontology#"),
    "of prefixes alone": plain_context(CONFUSING),
    "of other statements": make_context(
        described("".join(f"@prefix {p}: <{ns}> .\n" for p, ns in CONFUSING.items() if p not in PREFIXES)
                  + "<id/z> a geo:Point ; geo:at <id/y> ; doi:by <id/y> ; tag:x 1 ; info:x 1 ; mailto:x 1 ; urn:x 1 ; http:x 1 ; ex:near <id/z> ."),
        CONFUSING, BASE + "ontology#",
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("context", CONTEXTS.values(), ids=CONTEXTS)
def test_no_iri_is_taken_for_another_whatever_the_prefixes_are_called(context, form):
    want = {str(q.triple) for q in ox.parse("\n".join(lines(CONFUSED)), format=ox.RdfFormat.N_TRIPLES)}
    for root in (f"<{BASE}id/a>", "<http://ex.org///a>", "<geo:1,2>"):
        document = json.loads(write(form, Context(context), CONFUSED, root))
        assert triples(document) == want
        read = pyld.to_rdf(document, {"format": "application/n-quads"})
        assert {str(q.triple) for q in ox.parse(read, format=ox.RdfFormat.N_QUADS)} == want


def test_a_prefix_never_takes_the_place_of_a_keyword():
    for made in CONTEXTS.values():
        context = made["@context"]
        assert context["id"] == "@id"
        assert context["type"] == {"@id": "@type", "@container": "@set"}


def test_the_context_of_a_release_needs_nothing_beside_it():
    used = CONTEXTS["of these statements"]
    assert Context(used, "http://x/").beside(CONFUSED).reference == "http://x/"
    assert not {"geo", "doi", "tag", "info", "urn"} & Context(used).prefixes.keys()
    assert {"ex", "vocab.example", "é"} <= Context(used).prefixes.keys()
    older = Context(CONTEXTS["of other statements"], "http://x/").beside(CONFUSED)
    assert older.reference == ["http://x/", dict.fromkeys(["doi", "geo", "http", "info", "mailto", "tag", "urn"])]


def test_framed_is_one_tree_that_compacts_to_itself(odd):
    said, context = odd
    tree = framed(context, said, f"<{BASE}id/a>")
    within = tree["@graph"][0] if "@graph" in tree else tree
    assert within["id"] == f"{BASE}id/a"
    assert within["crew"][0]["id"] == f"{BASE}id/b"
    assert within["crew"][0]["crew"][1]["id"] == f"{BASE}id/c", "each node is put where it is nearest to the root"
    assert pyld.compact(pyld.expand(tree), context.reference) == tree


def test_what_points_at_the_thing_is_below_reverse(odd):
    said, context = odd
    tree = framed(context, said, f"<{BASE}id/c>")
    within = tree["@graph"][0] if "@graph" in tree else tree
    assert within["@reverse"]["crew"][0]["id"] == f"{BASE}id/b"


def test_a_chain_of_any_length_is_written(odd):
    _, context = odd
    chain = described("".join(f"<id/{n}> :crew <id/{n + 1}> .\n" for n in range(3000)))
    tree = json.loads(write(Form.FRAMED, context, chain, f"<{BASE}id/0>"))
    assert len(tree["@included"]) > 2000


def test_the_context_has_short_names_and_kinds_of_values(odd):
    terms = odd[1].document
    assert terms["crew"] == {"@id": ":crew", "@type": "@id"} if ":" in terms else {**terms["crew"]}
    told = {name: terms[name] for name in ("note", "rig", "launched", "motto", "built", "Brig") if name in terms}
    assert terms["id"] == "@id", "their :id does not take the place of ours"
    assert terms["type"]["@id"] == "@type"
    assert not told.get("built", {}) or "@type" not in told["built"]


def test_the_context_of_the_same_statements_is_the_same_bytes():
    assert as_document(context_of(described(ODD))) == as_document(context_of(dict(reversed(described(ODD).items()))))


def test_the_context_dereferences_and_its_permanent_address_never_changes(app):
    response = get(app, "/context.jsonld", "application/ld+json")
    assert response.content_type == f'application/ld+json; profile="{NAMESPACE}context"'
    name = context_name(response.data)
    assert f'</context/{name}.jsonld>; rel="canonical"' in response.headers["Link"]
    permanent = get(app, f"/context/{name}.jsonld")
    assert permanent.data == response.data
    assert "immutable" in permanent.headers["Cache-Control"]
    assert get(app, "/context/0000000000000000.jsonld").status_code == 404
    assert get(app, "/context/../manifest.jsonld").status_code == 404


def test_a_context_outlives_its_release(tmp_path):
    from service.press.build import build
    from service.releases import kept_context, publish
    from tests.publications import RAILWAY, copy_mini, edit

    settings = copy_mini(tmp_path)
    first = publish(settings.releases, build(settings).id)
    edit(settings, RAILWAY, "mini:opened 1903", "mini:opened 1903 , 1904")
    second = build(settings)
    assert second.context != first.context
    publish(settings.releases, second.id)
    assert kept_context(settings.releases, context_name(first.context)) == first.context


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("path", [ALMA, "/doc/harbour/reval", "/ontology", "/graph/ships"])
def test_each_profile_gives_its_form_of_each_kind_of_document(app, name, path):
    response = get(app, path, f'application/ld+json;profile="{NAMESPACE}{name}"')
    assert response.content_type == f'application/ld+json; profile="{FORMS[name].profile}"'
    document = json.loads(response.data)
    assert isinstance(document, list) is (FORMS[name] is Form.EXPANDED)
    plain = get(app, f"{path}.nt").data
    want = {str(q.triple) for q in ox.parse(plain, format=ox.RdfFormat.N_TRIPLES)}
    assert triples(json.loads(with_context(app, response.data))) == want


def test_without_a_profile_the_document_is_compacted_with_the_published_context(app):
    response = get(app, ALMA, "application/ld+json")
    assert response.content_type == "application/ld+json"
    document = json.loads(response.data)
    assert document["@context"].startswith(f"{BASE}context/")
    alma = document["@graph"][0]
    assert alma["id"] == f"{BASE}id/ship/alma", "the thing itself comes first"
    assert (alma["type"], alma["callsAt"]) == (["Ship"], f"{BASE}id/harbour/reval")
    assert alma["rdfs:label"] == {"en": "Alma"}
    assert pyld.compact(pyld.expand(document, {"documentLoader": loader(app)}), document["@context"],
                        {"documentLoader": loader(app), "graph": True}) == document  # fmt: skip


def test_the_framed_document_is_about_the_thing(app):
    response = get(app, ALMA, f'application/ld+json;profile="{NAMESPACE}framed"')
    tree = json.loads(response.data)
    assert tree["id"] == f"{BASE}id/ship/alma"
    assert tree["callsAt"]["rdfs:label"] == {"en": "Reval"}
    assert tree["@reverse"]["ship"]["id"] == f"{BASE}id/call/1"


@pytest.mark.parametrize(
    ("accept", "profile"),
    [
        ('application/ld+json;profile="http://example.org/unknown"', ""),
        (f'application/ld+json;profile="http://example.org/unknown {NAMESPACE}expanded"', Form.EXPANDED.profile),
        (f'application/ld+json;q=0.9, application/ld+json;profile="{NAMESPACE}framed"', Form.FRAMED.profile),
        (f'application/ld+json, application/ld+json;profile="{NAMESPACE}framed";q=0.5', ""),
        (f'application/ld+json;profile="{NAMESPACE}flattened {NAMESPACE}compacted"', Form.COMPACTED.profile),
        ("application/ld+json;profile=", ""),
    ],
)
def test_unknown_profiles_do_not_count_and_the_most_wanted_range_decides(app, accept, profile):
    response = get(app, ALMA, accept)
    assert response.status_code == 200
    assert response.content_type == "application/ld+json" + (f'; profile="{profile}"' if profile else "")
    assert "Accept" in response.headers["Vary"]


def test_profiles_are_told_by_their_iris():
    assert form_for([]) is None
    assert form_for(["framed"]) is None
    assert form_for([f"{NAMESPACE}framed", f"{NAMESPACE}expanded"]) is Form.FRAMED


def test_a_release_of_an_older_press_has_a_context_of_its_prefixes(tmp_path):
    older = harbour(tmp_path)
    document = json.loads(get(older, f"{ALMA}.jsonld").data)
    assert context_at(older, document["@context"])["@context"]["dct"] == "http://purl.org/dc/terms/"


def test_a_document_says_what_it_is_about_and_where_it_is_from(app):
    text = get(app, f"{ALMA}.nt").get_data(as_text=True)
    document, dct = f"<{BASE}doc/ship/alma>", "http://purl.org/dc/terms/"
    for said in (
        f"<http://xmlns.com/foaf/0.1/primaryTopic> <{BASE}id/ship/alma>",
        f"<{dct}license> <https://creativecommons.org/licenses/by/4.0/>",
        f"<http://www.w3.org/ns/prov#wasDerivedFrom> <{BASE}release/r1>",
        f'<{dct}modified> "2020-05-01"^^<http://www.w3.org/2001/XMLSchema#date>',
        f"<http://rdfs.org/ns/void#inDataset> <{BASE}dataset>",
    ):
        assert f"{document} {said} .\n" in text
    about = get(app, "/ontology/alignments/ships.nt").get_data(as_text=True)
    assert "primaryTopic" not in about, "a document that is the thing itself has none"

"""Every type of page, by route. A route that answers HTML and is not here fails test_axe."""

from urllib.parse import quote

from tests.live import ROOT

BASE = "{base}"
_RESULT = quote(
    "SELECT ?group ?label WHERE { ?group a <http://www.w3.org/2004/02/skos/core#Concept> ; skos:prefLabel ?label } LIMIT 20"
)
_ASKED = ROOT / "ontology" / "questions" / "19-which-foreign-states-back-which-side-and-how-surely.rq"
_QUESTION = quote("\n".join(line for line in _ASKED.read_text().splitlines() if not line.startswith("#")))
_QUESTION = _QUESTION.replace(quote("https://w3id.org/conflict-actors/"), "{base}")
_GRAPH = quote("CONSTRUCT WHERE { ?s skos:prefLabel ?o } LIMIT 5")
# Route -> (path, status) of each type of page it has.
PAGES = {
    "about.about": [("/about", 200)],
    "browse.browse": [("/browse", 200)],
    "browse.members": [("/browse/Group", 200), ("/browse/Event?page=2", 200), ("/browse/group-kind", 200), ("/browse/Nothing", 404)],
    "conformance.checks": [("/-/conformance/checks", 200)],
    "conformance.conformance": [],  # test_axe looks at it while the run goes on and when it has ended
    "downloads.downloads": [("/dumps", 200)],
    "downloads.release": [("/release/{release}", 200)],
    "entity.document": [
        ("/doc/actor/khalifa-haftar", 200), ("/doc/actor/ansar-al-sharia-libya", 200), ("/doc/place/derna", 200),
        ("/doc/event/operation-dignity-2014-05-16", 200), ("/doc/claim/P14-11", 200), ("/doc/cite/P10-0-58", 200), ("/doc/name/derna-football-stadium--football-stadium-in-derna", 200), ("/doc/rel/support/turkey--libya-dawn", 200),
        ("/doc/source/article", 200), ("/doc/concept/group-kind", 200), ("/doc/concept/group-kind/jihadist-organisation", 200),
        ("/doc/actor/nobody-at-all", 404), ("/doc/cite/P12-380-461", 200),
    ],
    "entity.skolem": [("/.well-known/genid/none", 404)],
    "entity.thing": [("/id/nothing/at-all", 404), ("/id/wikidata/Q45315", 300), ("/id/wikidata", 404)],
    "fragments.fragment": [("/fragments?object=%22Derna%22%40en", 200), ("/fragments", 200)],
    "front.dataset": [("/dataset", 200)],
    "front.front": [("/", 200)],
    "front.void": [("/.well-known/void", 200)],
    "links.links": [("/links?uri=http%3A%2F%2Fdbpedia.org%2Fresource%2FBerbers", 200), ("/links?uri=http%3A%2F%2Fnowhere.example%2F", 404), ("/links", 200)],
    "linksets.linkset": [("/linksets/wikidata", 200)],
    "linksets.linksets": [("/linksets", 200)],
    "nanopubs.nanopub": [("/nanopub/claim/P14-11", 200)],
    "pictures.atlas": [("/map", 200)],
    "pictures.network": [("/network", 200)],
    "pictures.timeline": [("/timeline", 200)],
    "reconcile.preview": [("/reconcile/preview?id=place/derna", 200)],
    "search.search": [("/search?q=derna", 200), ("/search?q=tawergha", 200), ("/search?q=zzzzqqqq", 200), ("/search", 200)],
    "sparql.endpoint": [
        ("/sparql", 200), (f"/sparql?query={_RESULT}", 200), (f"/sparql?query={_GRAPH}", 200), (f"/sparql?query={_QUESTION}", 200), ("/sparql?query=ASK%7B%7D", 200),
        ("/sparql?query=SELECT%20broken", 400), ("/sparql?query=ASK%7B%7D&format=turtle", 406),
    ],
    "versions.releases": [("/releases", 200)],
    "vocabulary.graph": [("/graph/links", 200)],
    "vocabulary.ontology": [("/ontology", 200)],
    "vocabulary.part": [("/ontology/alignments/foaf", 200)],
    "vocabulary.shapes": [("/shapes", 200)],
}  # fmt: skip
# Types of page that the real publication has no reason for yet, of a small one that has: `with_a_past`.
PAST = [
    ("entity.document", "/doc/station/never-was", 410), ("entity.document", "/doc/station/alder-halt", 200),
    ("links.links", "/links?uri={base}id/station/never-was", 200), ("links.links", "/links?uri={base}id/station/old-halt", 200),
]  # fmt: skip
# Routes that answer no page, whoever asks, with a path that shows it.
NO_PAGES = {
    "assets.send": "/static/style.css", "cite.cite": "/cite", "dumps.checksums": "/dumps/SHA256SUMS", "dumps.dump": "/dumps/all.nt",
    "dumps.checksums_of_release": "/release/{release}/dumps/SHA256SUMS", "dumps.dump_of_release": "/release/{release}/dumps/all.nt",
    "graphstore.store": "/graph-store?default", "jsonld.context": "/context.jsonld",
    "jsonld.permanent": "/context.jsonld", "pictures.drawn": "/drawn?around={base}id/place/derna", "reconcile.reconcile": "/reconcile",
    "reconcile.properties": "/reconcile/properties?type=Group", "reconcile.suggest_entity": "/reconcile/suggest/entity?prefix=d",
    "reconcile.suggest_property": "/reconcile/suggest/property?prefix=l", "reconcile.suggest_type": "/reconcile/suggest/type?prefix=g",
    "search.opensearch": "/opensearch.xml", "search.suggest": "/search/suggest?q=derna", "sitemap.robots": "/robots.txt",
    "sitemap.sitemap": "/sitemap.xml", "sitemap.part": "/sitemap.xml", "status.alive": "/-/alive", "status.metrics": "/-/metrics",
    "status.ready": "/-/ready", "status.release": "/-/release", "versions.feed": "/feed.atom", "versions.patch": "/release/{release}/patch", "completion.words": "/sparql/words", "vocabulary.figure": "/figures/diagram.svg",
}  # fmt: skip

"""`/graph-store`: the read side of the Graph Store Protocol, for clients that name a graph by its IRI.

https://www.w3.org/TR/sparql11-http-rdf-update/ section 4.2. The IRI of a graph of ours answers directly, see
`vocabulary`. Nothing can be written: every other method is refused.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request

from service.errors import BadRequest, NotFound
from service.links.spellings import is_iri
from service.web import graphs
from service.web.room import reading
from service.web.wishes import wished

blueprint = Blueprint("graphstore", __name__)


@blueprint.get("/graph-store")
def store() -> Response:
    """A graph as RDF: `?graph=IRI` for a named one, `?default` for the union of all (Graph Store Protocol).

    Without either 303 to what describes this service, whose IRI this is.
    """
    if not request.args:
        response = redirect("/dataset#graph-store", 303)
        assert isinstance(response, Response)
        return response
    named = request.args.getlist("graph")
    if len(named) + len(request.args.getlist("default")) != 1:
        raise BadRequest("Say which graph, and once: `graph=IRI` for a named one, or `default`. /dumps lists them.")
    return _send_named(named[0]) if named else graphs.send_default(wished(graphs.TRIPLES))


def _send_named(iri: str) -> Response:
    """The graph with this IRI, which the protocol wants absolute (section 4.2)."""
    if not is_iri(iri):
        raise BadRequest(f"`graph={iri[:200]}` is no absolute IRI.")
    ours = reading().release.base + "graph/"
    if not iri.startswith(ours):
        raise NotFound(f"There is no graph <{iri[:300]}>. /dumps lists the graphs.")
    name = iri.removeprefix(ours)
    return graphs.send_graph(name, f"/graph/{name}", wished(graphs.RDF))

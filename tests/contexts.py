"""Documents in JSON-LD for readers that fetch nothing: the published context put where the document refers to it."""

import json

from tests.engines import get

CONTEXT = "http://www.w3.org/ns/json-ld#context"


def context_at(app, url):
    """The context document at a URL of the application, fetched as a client would."""
    base = app.config["SETTINGS"].base_iri
    assert url.startswith(base), f"{url} is not ours"
    response = get(app, "/" + url[len(base) :], "application/ld+json")
    assert (response.status_code, response.mimetype) == (200, "application/ld+json")
    return json.loads(response.data)


def inline(body, context):
    """The document with a context document put inside; expanded ones, which have none, as they are."""
    document = json.loads(body)
    if isinstance(document, dict) and isinstance(document.get("@context"), str):
        document["@context"] = context(document["@context"])["@context"]
    return json.dumps(document).encode()


def with_context(app, body):
    """The same with the context that the application publishes."""
    return inline(body, lambda url: context_at(app, url))


def loader(app):
    """What PyLD loads documents with, from the application and from nowhere else."""

    def load(url, options=None):
        return {
            "contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": context_at(app, url),
        }  # fmt: skip

    return load

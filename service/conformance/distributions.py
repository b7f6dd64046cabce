"""Files as the description of the dataset names them, and the addresses a sitemap lists: there, and as is said."""

from __future__ import annotations

from service.conformance.checks import Inapplicable, check, expect, expect_status
from service.conformance.elements import SITEMAP, texts
from service.conformance.site import Site
from service.conformance.terms import DCAT, MEDIA_TYPES, RDF_TYPE, SPDX, VOID
from service.conformance.wire import Exchange

_MOST = 25


@check("counts.of-datasets", "What has a dcat:distribution is a dcat:Dataset", "DCAT 3", "dcat:distribution")
def of_datasets(site: Site) -> str:
    found = site.void.subjects(f"{DCAT}distribution")
    if not found:
        raise Inapplicable("nothing has a dcat:distribution")
    others = [one for one in found if f"{DCAT}Dataset" not in site.void.objects(one, RDF_TYPE)]
    expect(not others, f"no dcat:Dataset: {others[:3]}")
    return f"{len(found)} datasets"


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

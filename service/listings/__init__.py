"""Lists of the members of a class: columns, filters with counts, order, and the same list as a query or a file.

A list is held in memory for as long as its release is read, so that every count is exact and no page waits for a
query; the query that `query` writes gives the same things from the engine. Knows no ontology and no Flask.
"""

from __future__ import annotations

from service.listings.choices import Choice, Span, read_choice
from service.listings.columns import Column, Columns, Type, read_columns
from service.listings.export import as_csv, as_geojson, as_json, qualifier
from service.listings.facets import Bucket, Facet, facets_of, members_of
from service.listings.query import as_construct, as_select
from service.listings.read import LISTING, MOST_MEMBERS, PLAIN, plain_members, read_table
from service.listings.table import Member, Table, Value

__all__ = [
    "LISTING",
    "MOST_MEMBERS",
    "PLAIN",
    "Bucket",
    "Choice",
    "Column",
    "Columns",
    "Facet",
    "Member",
    "Span",
    "Table",
    "Type",
    "Value",
    "as_construct",
    "as_csv",
    "as_geojson",
    "as_json",
    "as_select",
    "facets_of",
    "members_of",
    "plain_members",
    "qualifier",
    "read_choice",
    "read_columns",
    "read_table",
]

"""What things of ours are called elsewhere, and what others' identifiers are called here.

Asks the publication's views (contract in ontology/views/README.md); without them, the mapping properties of
SKOS, OWL and FOAF. Knows no ontology, no site of others, and no Flask.
"""

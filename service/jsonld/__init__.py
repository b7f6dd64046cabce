"""JSON-LD 1.1 as people like to read it: the published context, and documents compacted, expanded or framed with it.

Linear in the statements, so that no document holds up a thread. Knows no HTTP and no store: statements come as the
text they have in N-Triples.
"""

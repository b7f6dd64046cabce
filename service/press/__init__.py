"""The press: sources, checks, rules, release. Runs offline; may be slow and must be strict."""

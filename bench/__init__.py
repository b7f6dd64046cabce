"""Benchmarks: the service beside its peers, in one run on one machine. `python -m bench` prints the table."""

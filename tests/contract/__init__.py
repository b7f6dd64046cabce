"""One contract, kept by every engine: what a client gets is the same, whoever answers."""

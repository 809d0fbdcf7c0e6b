"""Series over time told ahead: grids, methods, rolling origins, intervals."""

"""The tests; a package, so that none of a dependency can stand in their way."""

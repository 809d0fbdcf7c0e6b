"""What a model has learned, told by rows it had not seen: importance, contributions, dependence, single rows."""

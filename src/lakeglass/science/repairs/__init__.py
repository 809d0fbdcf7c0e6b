"""Conservative repairs before modelling: found beyond doubt, written down, done to a copy in memory, and reversible."""

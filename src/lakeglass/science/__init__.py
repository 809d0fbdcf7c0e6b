"""The data scientist: from a dataset to a checked model and report."""

"""Status, cause and ETA of the pipelines that feed the lake."""

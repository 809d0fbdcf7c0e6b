"""From a file to a checked report: ingest, EDA, clarify, modeling, QA, report, each leaving artifacts in a folder."""

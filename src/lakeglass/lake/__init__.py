"""Files, tables, versions, previews and statistics."""

"""HTTP, SSE and WebSocket on one side, one call of a verb on the other; no decisions here."""

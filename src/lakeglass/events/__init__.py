"""The numbered, append-only log that everyone writes to and every screen reads from."""

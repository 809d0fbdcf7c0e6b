"""Durable work: runs with stages, timeline, approval, cancel and resume. What a stage does is handed in."""

"""Isolated, stateful Python sessions."""

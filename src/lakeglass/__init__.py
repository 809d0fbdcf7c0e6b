"""Lakeglass: ask your data anything, with every step in plain sight."""

__version__ = "0.1.0"

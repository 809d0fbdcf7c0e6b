"""Vocabulary: settings, errors, ids, clock, money, plug-in look-up. Opens no socket and no file."""

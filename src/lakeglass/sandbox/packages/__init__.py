"""Packages of a session: wheels of a folder on this machine, checked by the host, unpacked when a person allowed it."""

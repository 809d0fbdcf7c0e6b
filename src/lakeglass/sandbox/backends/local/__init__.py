"""Sandbox on this machine: kernel isolation without a daemon, a container engine or root.

An outer bubblewrap jail holds one warm *zygote*; every session is a fork of it in namespaces of its own,
with Landlock, seccomp, resource limits and no capability on top (`jail/`). The host side owns time,
streams, memory and the end of everything (`session`, `turn`, `memory`).

Artifacts are read through a descriptor of the work folder that the session's trusted first process hands
over before any code of a user runs: no path of the session is ever resolved in the host's own tree.
"""

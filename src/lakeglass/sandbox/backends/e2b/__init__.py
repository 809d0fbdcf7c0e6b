"""Sandbox in microVMs of E2B, through its own SDK (extra `e2b`): nothing runs on the kernel of this machine.

The IPython kernel of a sandbox runs the very interpreter of the local jail (`kernel`, sent as the first cell
by `interior`), so tables, errors and collected variables are the same everywhere. The SDK carries the rest:
`wire` bounds what it reads, `turn` keeps the books of one execution, `session` reconnects and recovers.
"""

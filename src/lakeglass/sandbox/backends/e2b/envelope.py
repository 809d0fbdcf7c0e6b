"""How a message of our interpreter travels through IPython; read by both ends.

One display message a frame: {FRAME_MIME: {"kind", "token", "payload"}}, the payload being JSON as text. Its
content is that of the local jail's frames (`protocol`), or the answer to a question of `interior`.
"""

from __future__ import annotations

FRAME_MIME = "application/vnd.lakeglass.frame+json"
RESULT, LATE, DONE = "result", "late", "done"
DATA, PACKAGES = "data", ".packages"

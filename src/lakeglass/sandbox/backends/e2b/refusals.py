"""What goes wrong on the way to E2B, in our own error tree; no message ever holds the key."""

from __future__ import annotations

import httpx
from e2b import (
    AuthenticationException,
    RateLimitException,
    SandboxException,
    ServiceBusyException,
    TemplateException,
)

from lakeglass.core.errors import SandboxUnavailable

FAILURES = (
    SandboxException,
    ServiceBusyException,
    AuthenticationException,
    httpx.HTTPError,
    ValueError,
    OSError,
)
"""What a call of the SDK raises when the other side, or the way there, fails."""
_MAX_REASON = 500


def unavailable(error: Exception, *, otherwise: str) -> SandboxUnavailable:
    """A failed call, with what to do about it; `otherwise` is said when nothing better is known."""
    reason = {"reason": f"{type(error).__name__}: {error}"[:_MAX_REASON]}
    match error:
        case AuthenticationException():
            said = "E2B refused the API key; set a valid one in LAKEGLASS_SANDBOX__E2B__API_KEY"
        case RateLimitException():
            said = "E2B allows no more sandboxes now; try again later, or raise the limit of the account"
        case TemplateException():
            said = "E2B can't use the template; name another in LAKEGLASS_SANDBOX__E2B__TEMPLATE"
        case httpx.ConnectError() | httpx.ConnectTimeout():
            said = "E2B can't be reached from here; check the network and LAKEGLASS_SANDBOX__E2B__DOMAIN"
        case _:
            said = otherwise
    return SandboxUnavailable(said, details=reason)

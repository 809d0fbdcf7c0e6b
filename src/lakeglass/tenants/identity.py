"""Who is asking, and whether the service may be reached by others at all."""

from __future__ import annotations

import hmac
from ipaddress import ip_address

from lakeglass.core.errors import ConfigurationError, Unauthenticated
from lakeglass.core.settings import Settings
from lakeglass.tenants.local import LOCAL_OWNER
from lakeglass.tenants.model import Principal


def is_loopback(host: str) -> bool:
    """True for an address that only this machine reaches."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_binding(settings: Settings) -> None:
    """Refuse to serve others without knowing who they are.

    Raises ConfigurationError when the service is to listen beyond loopback and no access token is set.
    """
    host = settings.server.host
    if is_loopback(host) or _token(settings):
        return
    message = (
        f"Refusing to listen on {host}: anybody who reaches it could read your data, and no access token is set. "
        "Set LAKEGLASS_AUTH__TOKEN to a long random text, or listen on 127.0.0.1."
    )
    raise ConfigurationError(message)


def authenticate(
    settings: Settings, presented_token: str | None, *, owner: Principal = LOCAL_OWNER
) -> Principal:
    """Who presents this token; without a configured one, everybody (which is loopback only) is the owner.

    Raises Unauthenticated for a missing or wrong token.
    """
    expected = _token(settings)
    if not expected:
        return owner
    if not presented_token:
        raise Unauthenticated(
            "Authentication required. Send the access token as 'Authorization: Bearer <token>'."
        )
    if not hmac.compare_digest(presented_token.encode(), expected.encode()):
        raise Unauthenticated(
            "This access token is not valid. Check LAKEGLASS_AUTH__TOKEN and sign in again."
        )
    return owner


def _token(settings: Settings) -> str:
    return "" if settings.auth.token is None else settings.auth.token.get_secret_value()

"""Who may use the service, and from where."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from lakeglass.core.errors import ConfigurationError, Unauthenticated
from lakeglass.core.settings import AuthSettings, ServerSettings, Settings
from lakeglass.tenants.identity import authenticate, check_binding
from lakeglass.tenants.local import LOCAL_OWNER
from lakeglass.tenants.model import Principal


def settings(*, host: str = "127.0.0.1", token: str | None = None) -> Settings:
    secret = None if token is None else SecretStr(token)
    return Settings(server=ServerSettings(host=host), auth=AuthSettings(token=secret))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "localhost", "::1", "[::1]"])
def test_loopback_needs_no_token(host: str) -> None:
    check_binding(settings(host=host))


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "192.168.1.7", "lake.example.org", "", "127.0.0.1.evil.org"]
)
@pytest.mark.parametrize("token", [None, ""])
def test_another_address_without_a_token_is_refused_with_the_remedy(host: str, token: str | None) -> None:
    # req: A5
    with pytest.raises(ConfigurationError, match="LAKEGLASS_AUTH__TOKEN"):
        check_binding(settings(host=host, token=token))


def test_another_address_with_a_token_is_served() -> None:
    check_binding(settings(host="0.0.0.0", token="long and random"))


@pytest.mark.parametrize("presented", [None, "", "anything"])
def test_without_a_token_everybody_is_the_local_owner(presented: str | None) -> None:
    assert authenticate(settings(), presented) == LOCAL_OWNER


def test_the_right_token_is_the_owner() -> None:
    owner = Principal(tenant_id="t1", user_id="u1")
    assert authenticate(settings(token="sésame"), "sésame", owner=owner) == owner


@pytest.mark.parametrize("presented", [None, "", "sesame", "sésam", "sésame ", "SÉSAME"])
def test_a_missing_or_wrong_token_is_refused_and_not_repeated(presented: str | None) -> None:
    with pytest.raises(Unauthenticated) as caught:
        authenticate(settings(token="sésame"), presented)
    assert "sésame" not in caught.value.message
    assert caught.value.status == 401

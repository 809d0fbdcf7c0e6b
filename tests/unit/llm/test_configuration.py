"""The settings of a model that are made on the page: kept below the environment's, and a key goes nowhere new."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from lakeglass.core.errors import ConfigurationError, InvalidInput
from lakeglass.core.settings import ModelSettings
from lakeglass.llm.configuration import AzureChange, Configuration, ModelChange

KEY = SecretStr("key-of-the-page-0123456789")


def made(folder: Path, **environment: object) -> Configuration:
    return Configuration(ModelSettings.model_validate(environment), folder)


# req: A2
def test_what_is_kept_counts_for_the_next_start_and_nobody_else_can_read_it(tmp_path: Path) -> None:
    made(tmp_path).change(ModelChange(provider="openrouter", api_key=KEY, strong="a/b", send_samples=False))
    current = made(tmp_path).current
    assert (current.provider, current.api_key, current.strong) == ("openrouter", KEY, "a/b")
    assert current.send_samples is False
    assert current.cheap == ModelSettings().cheap
    assert [(one.name, one.stat().st_mode & 0o777) for one in tmp_path.iterdir()] == [("model.json", 0o600)]
    made(tmp_path).change(ModelChange(strong=None, api_key=None))
    assert made(tmp_path).current.api_key is None
    assert made(tmp_path).current.strong == ModelSettings().strong


# req: A2
def test_the_environment_wins_field_by_field_and_for_the_connection_as_a_whole(tmp_path: Path) -> None:
    free = made(tmp_path)
    free.change(
        ModelChange(provider="compatible", base_url="http://127.0.0.1:1/v1", strong="mine", cheap="c")
    )
    fixed = made(tmp_path, api_key="key-of-the-environment", strong="theirs")
    current = fixed.current
    assert (current.provider, current.base_url) == (None, None)  # its key goes to nobody else's address
    assert (current.strong, current.cheap) == ("theirs", "c")
    sources = fixed.sources()
    assert (sources["base_url"], sources["strong"], sources["cheap"]) == (
        "environment",
        "environment",
        "page",
    )
    assert sources["fallback"] == "default"
    for change in (ModelChange(base_url="http://127.0.0.1:2/v1"), ModelChange(strong="x")):
        with pytest.raises(InvalidInput, match="environment of the server"):
            fixed.change(change)


# req: E11
@pytest.mark.parametrize(
    "change",
    [ModelChange(base_url="https://other.example/v1"), ModelChange(provider="openrouter", base_url=None)],
)
def test_a_kept_key_is_not_sent_to_another_address(tmp_path: Path, change: ModelChange) -> None:
    free = made(tmp_path)
    free.change(ModelChange(provider="compatible", base_url="http://127.0.0.1:1/v1", api_key=KEY))
    assert free.change(ModelChange(strong="other")).api_key == KEY
    assert free.change(change).api_key is None
    assert free.change(ModelChange(api_key=KEY)).api_key == KEY


@pytest.mark.parametrize(
    "address",
    [
        "nonsense",
        "ftp://x.example",
        "http://",
        "http://u:p@x.example",
        "http://x.example?k=1",
        "http://x:99999",
    ],
)
def test_an_address_that_is_none_or_holds_a_login_is_refused_and_nothing_is_kept(
    tmp_path: Path, address: str
) -> None:
    with pytest.raises(InvalidInput, match="address"):
        made(tmp_path).change(ModelChange(provider="compatible", base_url=address))
    assert not (tmp_path / "model.json").exists()


def test_a_provider_that_needs_an_address_is_not_kept_without_one(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="needs an address"):
        made(tmp_path).change(ModelChange(provider="azure", api_key=KEY))


# req: C2
def test_azures_fields_are_changed_one_by_one_and_a_password_goes_with_its_certificate(
    tmp_path: Path,
) -> None:
    free = made(tmp_path)
    first = AzureChange(tenant_id="t", client_id="c", certificate="/a.pem", certificate_password=KEY)
    free.change(ModelChange(provider="azure", base_url="https://x.example", azure=first))
    assert free.current.azure.certificate_password == KEY
    free.change(ModelChange(azure=AzureChange(client_id="d")))
    azure = free.current.azure
    assert (azure.tenant_id, azure.client_id, azure.certificate_password) == ("t", "d", KEY)
    free.change(ModelChange(azure=AzureChange(certificate="/b.pem")))
    assert free.current.azure.certificate_password is None


def test_a_damaged_file_is_told_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text("{")
    with pytest.raises(ConfigurationError, match="Delete it"):
        assert made(tmp_path).current

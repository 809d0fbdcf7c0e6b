"""The model as its owner set it up on the page: kept in a file of the service, below what the environment says.

The file holds the key, so only the service's user may read it (0600); nothing that is given out ever holds it. Where
the environment names the connection (provider, address, key or Azure's fields), that one counts as a whole: a key must
never go to an address that somebody else typed. For the same reason a kept key is dropped when its address changes.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, JsonValue, SecretStr, ValidationError

from lakeglass.core.errors import ConfigurationError, InvalidInput, StorageFull
from lakeglass.core.settings import AzureSettings, ModelSettings
from lakeglass.store.folder import make_private_folder

Source = Literal["environment", "page", "default"]
_CONNECTION = ("provider", "base_url", "api_key", "azure")
_ALONE = ("strong", "cheap", "fallback", "daily_usd", "send_samples")
_AZURE = ("api_version", "tenant_id", "client_id", "certificate", "authority", "scope")
# Where a key goes: another one of these is another place.
_PLACE = ("provider", "base_url")

_Name = Field(default=None, min_length=1, max_length=200)


class _Change(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class AzureChange(_Change):
    """What is beyond the address and key of Azure OpenAI; `certificate` is a file where the service runs."""

    api_version: str | None = _Name
    tenant_id: str | None = _Name
    client_id: str | None = _Name
    certificate: str | None = Field(default=None, min_length=1, max_length=1000)
    certificate_password: SecretStr | None = Field(default=None, min_length=1, max_length=1000)
    authority: str | None = Field(default=None, max_length=1000)
    scope: str | None = Field(default=None, max_length=1000)


class ModelChange(_Change):
    """What is to change: a field that is left out stays, null takes it back to its default; a key is never shown."""

    provider: Literal["openrouter", "compatible", "azure"] | None = None
    base_url: str | None = Field(default=None, min_length=1, max_length=1000)
    api_key: SecretStr | None = Field(default=None, min_length=1, max_length=4000)
    strong: str | None = _Name
    cheap: str | None = _Name
    fallback: str | None = _Name
    daily_usd: float | None = Field(default=None, gt=0, le=1_000_000)
    send_samples: bool | None = None
    azure: AzureChange | None = None


class Configuration:
    """The settings of the model: the environment's, and below them what is kept in `folder`."""

    def __init__(self, environment: ModelSettings, folder: Path) -> None:
        self._environment = environment
        self._path = folder / "model.json"
        self._lock = threading.Lock()

    @property
    def current(self) -> ModelSettings:
        """What counts now; raises ConfigurationError for a file that is damaged."""
        return self._with(self._kept())

    def sources(self) -> dict[str, Source]:
        """Where each field that can be changed comes from; those of the environment can't be changed here."""
        kept, named = self._kept(), self._environment.model_fields_set
        connected = any(name in named for name in _CONNECTION)
        found: dict[str, Source] = {}
        for name in (*_CONNECTION, *_ALONE):
            if name in named or (connected and name in _CONNECTION):
                found[name] = "environment"
            else:
                found[name] = "page" if name in kept else "default"
        return found

    def change(self, change: ModelChange) -> ModelSettings:
        """Keep the change; gives what counts from now on. Raises like `trial`, and StorageFull."""
        with self._lock:
            kept, changed = self._changed(change)
            self._write(kept)
        return changed

    def trial(self, change: ModelChange) -> ModelSettings:
        """What would count with this change, which is not kept.

        Raises InvalidInput for a field that the environment sets or a value that can't be.
        """
        return self._changed(change)[1]

    def _changed(self, change: ModelChange) -> tuple[dict[str, JsonValue], ModelSettings]:
        told, sources = change.model_fields_set, self.sources()
        fixed = [name for name in sorted(told) if sources[name] == "environment"]
        if fixed:
            raise InvalidInput(
                f"{', '.join(fixed)}: set by the environment of the server, so it can't be changed here. Unset "
                "LAKEGLASS_MODEL__… there first.",
                details={"fields": list[JsonValue](fixed)},
            )
        kept = self._kept()
        place = [kept.get(name) for name in _PLACE]
        for name in told:
            value = _plain(getattr(change, name))
            if name == "azure" and isinstance(value, dict):
                value = _merged(kept.get("azure"), value)
            if value is None:
                kept.pop(name, None)
            else:
                kept[name] = value
        if "api_key" not in told and [kept.get(name) for name in _PLACE] != place:
            kept.pop("api_key", None)
        changed = self._with(kept)
        if "base_url" in kept and changed.base_url is not None:
            _checked(changed.base_url)
        if changed.provider in {"compatible", "azure"} and changed.base_url is None:
            raise InvalidInput("This provider needs an address, such as http://127.0.0.1:11434/v1.")
        return kept, changed

    def _with(self, kept: Mapping[str, JsonValue]) -> ModelSettings:
        """The environment's settings, with those kept ones that it leaves open."""
        named = self._environment.model_fields_set
        connected = any(name in named for name in _CONNECTION)
        open_ones = {
            name: value
            for name, value in kept.items()
            if name not in named and not (connected and name in _CONNECTION)
        }
        if not open_ones:
            return self._environment
        try:
            made = ModelSettings.model_validate(open_ones)
        except ValidationError as error:
            raise ConfigurationError(
                f"{self._path.name} in the data folder does not hold settings of a model. Delete it, and set the model "
                "up anew."
            ) from error
        return self._environment.model_copy(update={name: getattr(made, name) for name in open_ones})

    def _kept(self) -> dict[str, JsonValue]:
        try:
            return _File.model_validate_json(self._path.read_bytes()).model
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise ConfigurationError(
                f"{self._path.name} in the data folder can't be read. Delete it, and set the model up anew."
            ) from error

    def _write(self, kept: dict[str, JsonValue]) -> None:
        """All of it or nothing, and for nobody else to read at any time."""
        partial = self._path.with_name(f".{secrets.token_hex(8)}.part")
        content = _File(model=kept).model_dump_json(indent=1).encode()
        try:
            make_private_folder(self._path.parent)
            with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(self._path)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise StorageFull(
                f"The settings could not be written ({error.strerror}). Make room in the data folder, and save again."
            ) from error


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    model: dict[str, JsonValue]


def _plain(value: object) -> JsonValue:
    """A changed value as the file holds it."""
    match value:
        case SecretStr():
            return value.get_secret_value().strip() or None
        case AzureChange():
            return {name: _plain(getattr(value, name)) for name in value.model_fields_set}
        case str() | bool() | int() | float():
            return value
        case _:
            return None


def _merged(kept: JsonValue, told: Mapping[str, JsonValue]) -> JsonValue:
    before = kept if isinstance(kept, dict) else {}
    merged: dict[str, JsonValue] = {
        name: value for name, value in {**before, **told}.items() if value is not None
    }
    # A certificate's password belongs to its file.
    if "certificate" in told and "certificate_password" not in told:
        merged.pop("certificate_password", None)
    return merged or None


def _checked(address: str) -> None:
    """Raises InvalidInput for an address that is none, or that holds what has a field of its own."""
    try:
        parts = urlsplit(address)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise InvalidInput(
            "The address has to be one such as http://127.0.0.1:11434/v1 or https://example.openai.azure.com."
        )
    if parts.username or parts.password or parts.query:
        raise InvalidInput("The address must not hold a key or a login; put the key into its own field.")


def azure_shown(azure: AzureSettings) -> dict[str, str | None]:
    """Azure's fields but the password."""
    return {name: None if (value := getattr(azure, name)) is None else str(value) for name in _AZURE}

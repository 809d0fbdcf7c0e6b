"""Azure OpenAI: by key, or by a service principal's certificate with the key beside its token.

A gateway before Azure may want both: `Authorization: Bearer …` of the service principal and `api-key: …`. The token
comes from Microsoft Entra ID by `azure-identity`, which renews it before it ends.
https://learn.microsoft.com/azure/ai-services/openai/reference
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

import httpx2
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CertificateCredential, get_bearer_token_provider
from openai import AsyncAzureOpenAI

from lakeglass.core.errors import ConfigurationError
from lakeglass.core.settings import AzureSettings, ModelSettings
from lakeglass.llm.model import ModelRef, Options, Reply
from lakeglass.llm.providers.base import Capabilities, place_of
from lakeglass.llm.providers.compatible import reply_of
from lakeglass.llm.providers.wire import Wire
from lakeglass.llm.scrub import ScrubbedPrompt

_TOKENS = 8
_SCOPE = "https://cognitiveservices.azure.com/.default"


class Azure:
    """A resource of Azure OpenAI; the names of models are those of its deployments."""

    name = "azure"

    def __init__(self, settings: ModelSettings) -> None:
        if settings.base_url is None:
            raise ConfigurationError(
                "Azure needs the address of your resource. Set LAKEGLASS_MODEL__BASE_URL, such as "
                "https://example.openai.azure.com."
            )
        self._host, self._port = place_of(settings.base_url)
        self._credential = _credential(settings.azure)
        # The latest ones: an answer may still be on its way when a token is renewed.
        self._tokens: deque[str] = deque(maxlen=_TOKENS)
        key = None if settings.api_key is None else settings.api_key.get_secret_value()
        if self._credential is None and key is None:
            raise ConfigurationError(
                "Azure needs a key or a certificate. Set LAKEGLASS_MODEL__API_KEY, or "
                "LAKEGLASS_MODEL__AZURE__CERTIFICATE with the client and tenant that it belongs to."
            )
        timeout = httpx2.Timeout(settings.timeout_s, connect=min(10.0, settings.timeout_s))
        if self._credential is None:
            client = AsyncAzureOpenAI(
                azure_endpoint=settings.base_url,
                api_version=settings.azure.api_version,
                api_key=key,
                max_retries=0,
                timeout=timeout,
            )
        else:
            client = AsyncAzureOpenAI(
                azure_endpoint=settings.base_url,
                api_version=settings.azure.api_version,
                azure_ad_token_provider=_token(
                    self._credential, settings.azure.scope or _SCOPE, self._tokens
                ),
                default_headers={} if key is None else {"api-key": key},
                max_retries=0,
                timeout=timeout,
            )
        self._wire = Wire(client, longest_s=settings.answer_s)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(host=self._host, port=self._port, local=False)

    async def complete(self, prompt: ScrubbedPrompt, model: str, options: Options) -> Reply:
        return reply_of(
            await self._wire.ask(prompt, model, options), ModelRef(provider=self.name, name=model)
        )

    async def models(self) -> Sequence[str]:
        return await self._wire.models()

    @property
    def secrets(self) -> Sequence[str]:
        return tuple(self._tokens)

    async def aclose(self) -> None:
        await self._wire.aclose()
        if self._credential is not None:
            self._credential.close()


def _credential(settings: AzureSettings) -> CertificateCredential | None:
    if settings.certificate is None:
        return None
    if settings.tenant_id is None or settings.client_id is None:
        raise ConfigurationError(
            "The certificate's owner is missing. Set LAKEGLASS_MODEL__AZURE__TENANT_ID and "
            "LAKEGLASS_MODEL__AZURE__CLIENT_ID."
        )
    password = settings.certificate_password
    try:
        return CertificateCredential(
            settings.tenant_id,
            settings.client_id,
            certificate_path=str(settings.certificate),
            password=None if password is None else password.get_secret_value(),
            authority=settings.authority,
            disable_instance_discovery=settings.authority is not None,
        )
    except (OSError, ValueError):
        # The library's words may quote the certificate.
        raise ConfigurationError(
            "The certificate of LAKEGLASS_MODEL__AZURE__CERTIFICATE can't be read; expected a PEM or PKCS#12 file "
            "with its private key, and its password where it has one."
        ) from None


def _token(credential: CertificateCredential, scope: str, used: deque[str]) -> Callable[[], Awaitable[str]]:
    provide = get_bearer_token_provider(credential, scope)

    async def token() -> str:
        try:
            made = await asyncio.to_thread(provide)
        except ClientAuthenticationError:
            raise ConfigurationError(
                "Service configuration error: Microsoft Entra ID does not accept our certificate."
            ) from None
        if made not in used:
            used.append(made)
        return made

    return token

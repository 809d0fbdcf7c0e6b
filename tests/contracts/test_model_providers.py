"""Every provider keeps the same promises, on loopback and over its real wire protocol."""

from __future__ import annotations

import asyncio
import base64
import datetime
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from tests.model_server import ModelServer, Say, TokenServer

from lakeglass.cli.logs import configure
from lakeglass.core.errors import ConfigurationError, RateLimited, TooLarge, Unavailable
from lakeglass.core.settings import LogSettings, ModelSettings
from lakeglass.llm.aliases import Aliases
from lakeglass.llm.model import JsonSchema, Message, Options, Reply
from lakeglass.llm.providers import Provider, providers
from lakeglass.llm.scrub import ScrubbedPrompt, Scrubber

KEY = "key-of-the-tests-000"
PLAN = Options(purpose="plan", max_tokens=321, temperature=0.25)
FORM = JsonSchema(name="plan", schema_={"type": "object"})


@dataclass(frozen=True)
class Case:
    """A provider as it is set up in the field."""

    name: str
    settings: Callable[[ModelServer, str, Path], dict[str, object]]


def openrouter(model: ModelServer, _authority: str, _certificate: Path) -> dict[str, object]:
    return {"provider": "openrouter", "api_key": KEY, "base_url": f"{model.url}/v1"}


def compatible(model: ModelServer, _authority: str, _certificate: Path) -> dict[str, object]:
    return {"provider": "compatible", "base_url": f"{model.url}/v1"}


def azure_key(model: ModelServer, _authority: str, _certificate: Path) -> dict[str, object]:
    return {"provider": "azure", "api_key": KEY, "base_url": model.url}


def azure_certificate(model: ModelServer, authority: str, certificate: Path) -> dict[str, object]:
    """A service principal's token and the key, side by side."""
    principal = {
        "tenant_id": "11111111-1111-1111-1111-111111111111",
        "client_id": "22222222-2222-2222-2222-222222222222",
        "certificate": certificate,
        "authority": authority,
    }
    return {"provider": "azure", "api_key": KEY, "base_url": model.url, "azure": principal}


CASES = [
    Case("openrouter", openrouter),
    Case("compatible", compatible),
    Case("azure", azure_key),
    Case("azure with a certificate", azure_certificate),
]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate with its key: of the service principal, and of the token server at once."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer().running() as server:
        yield server


@pytest.fixture
def tokens(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> TokenServer:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    return TokenServer(certificate, certificate)


def run(
    case: Case,
    model: ModelServer,
    tokens: TokenServer,
    certificate: Path,
    use: Callable[[Provider], AsyncIterator[object]] | Callable[[Provider], object],
) -> object:
    """What `use` makes of the provider of this case."""

    @asynccontextmanager
    async def opened(authority: str) -> AsyncIterator[Provider]:
        settings = ModelSettings.model_validate(case.settings(model, authority, certificate))
        provider = providers.load(settings.provider or "")(settings)
        try:
            yield provider
        finally:
            await provider.aclose()

    async def used(authority: str) -> object:
        async with opened(authority) as provider:
            return await use(provider)  # type: ignore[misc]

    with tokens.running() as authority:
        return asyncio.run(used(authority))


def prompt(*contents: str, form: JsonSchema | None = None) -> ScrubbedPrompt:
    messages = [
        Message(key=str(place), role="user", part="question", content=content)
        for place, content in enumerate(contents)
    ]
    return Scrubber([]).prompt(messages, Aliases(), form=form)


def test_the_registry_holds_no_provider_that_is_not_tested() -> None:
    assert set(providers.names()) == {case.name.split()[0] for case in CASES}


# req: C2 E11
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
class TestEveryProvider:
    def test_reads_a_streamed_answer_whole(
        self, case: Case, model: ModelServer, tokens: TokenServer, certificate: Path
    ) -> None:
        text = "Grüße aus der Ferne: 42 — a long enough answer for several pieces"
        model.say(Say(text, cost=0.5))
        reply = run(case, model, tokens, certificate, lambda it: it.complete(prompt("hello"), "tiny", PLAN))
        assert isinstance(reply, Reply)
        assert (reply.text, reply.stop, reply.usage.input_tokens) == (text, "stop", 100)
        assert reply.cost == Decimal("0.5")
        body = model.heard[-1].body
        assert (body["max_tokens"], body["temperature"], body["stream"]) == (321, 0.25, True)
        assert body["messages"] == [{"role": "user", "content": "hello"}]

    def test_says_when_an_answer_is_cut_by_its_length_or_refused(
        self, case: Case, model: ModelServer, tokens: TokenServer, certificate: Path
    ) -> None:
        async def both(it: Provider) -> list[str]:
            return [(await it.complete(prompt("hello"), "tiny", PLAN)).stop for _ in range(2)]

        model.say(Say("and so", stop="length"), Say("", refusal="I will not."))
        assert run(case, model, tokens, certificate, both) == ["length", "refused"]

    # req: E11
    def test_writes_no_key_token_or_certificate_into_the_log(
        self,
        case: Case,
        model: ModelServer,
        tokens: TokenServer,
        certificate: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        async def both(it: Provider) -> None:
            await it.complete(prompt("hello"), "tiny", PLAN)
            with pytest.raises(ConfigurationError) as caught:
                await it.complete(prompt("hello"), "tiny", PLAN)
            said.append(repr(caught.value))

        said: list[str] = []
        kept = logging.getLogger().handlers[:], logging.getLogger().level
        configure(LogSettings(level="DEBUG", format="json"))
        try:
            model.say(Say(), Say(status=401, error={"message": f"bad key {KEY}", "code": KEY}))
            run(case, model, tokens, certificate, both)
        finally:
            logging.getLogger().handlers[:] = kept[0]
            logging.getLogger().setLevel(kept[1])
        told = "".join(capsys.readouterr()) + "".join(said)
        private = [line for line in certificate.read_text().splitlines() if len(line) > 40]
        assert [secret for secret in (KEY, "token-1", *private) if secret in told] == []

    def test_asks_for_a_form(
        self, case: Case, model: ModelServer, tokens: TokenServer, certificate: Path
    ) -> None:
        run(case, model, tokens, certificate, lambda it: it.complete(prompt("x", form=FORM), "tiny", PLAN))
        assert model.heard[-1].body["response_format"] == {
            "type": "json_schema",
            "json_schema": {"name": "plan", "schema": {"type": "object"}, "strict": False},
        }

    @pytest.mark.parametrize(
        ("say", "kind"),
        [
            (Say(status=429, headers={"retry-after": "7"}), RateLimited),
            (Say(status=503), Unavailable),
            (Say(status=401, error={"message": f"bad key {KEY}"}), ConfigurationError),
            (Say(status=400, error={"message": "m", "code": "context_length_exceeded"}), TooLarge),
            (Say("cut in the middle of it", cut=True), Unavailable),
        ],
        ids=["429", "503", "401", "too long", "cut"],
    )
    def test_fails_by_our_names_at_the_first_attempt(
        self,
        case: Case,
        model: ModelServer,
        tokens: TokenServer,
        certificate: Path,
        say: Say,
        kind: type[Exception],
    ) -> None:
        model.say(say)
        with pytest.raises(kind) as caught:
            run(case, model, tokens, certificate, lambda it: it.complete(prompt("hello"), "tiny", PLAN))
        assert len(model.heard) == 1
        assert KEY not in str(caught.value)
        if isinstance(caught.value, RateLimited):
            assert caught.value.details == {"retry_after_s": 7.0}

    def test_lists_its_models_and_tells_where_it_is(
        self, case: Case, model: ModelServer, tokens: TokenServer, certificate: Path
    ) -> None:
        async def both(it: Provider) -> tuple[object, str]:
            return await it.models(), it.capabilities.host

        assert run(case, model, tokens, certificate, both) == (("tiny",), "127.0.0.1")


# req: C2
def test_azures_hybrid_sends_a_fresh_token_and_the_key(
    model: ModelServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    short_lived = TokenServer(certificate, certificate, seconds=1)

    async def twice(it: Provider) -> None:
        for _ in range(2):
            await it.complete(prompt("hello"), "tiny", PLAN)
        assert it.secrets == ("token-1", "token-2")  # an answer that repeats them is told without

    run(CASES[3], model, short_lived, certificate, twice)
    first, second = model.heard
    assert first.path.startswith("/openai/deployments/tiny/chat/completions?api-version=2024-10-21")
    headers = [{name.lower(): value for name, value in heard.headers.items()} for heard in (first, second)]
    assert [one["authorization"] for one in headers] == ["Bearer token-1", "Bearer token-2"]
    assert [one["api-key"] for one in headers] == [KEY, KEY]
    assert "client_assertion=" in short_lived.asked[0]
    assertion = short_lived.asked[0].split("client_assertion=")[1].split("&")[0].split(".")[0]
    assert json.loads(base64.urlsafe_b64decode(assertion + "=="))["typ"] == "JWT"


def test_openrouter_denies_providers_that_keep_prompts(
    model: ModelServer, tokens: TokenServer, certificate: Path
) -> None:
    run(CASES[0], model, tokens, certificate, lambda it: it.complete(prompt("hello"), "tiny", PLAN))
    assert model.heard[-1].body["provider"] == {"data_collection": "deny"}


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ({"provider": "compatible"}, "LAKEGLASS_MODEL__BASE_URL"),
        ({"provider": "openrouter"}, "LAKEGLASS_MODEL__API_KEY"),
        ({"provider": "azure"}, "LAKEGLASS_MODEL__BASE_URL"),
        ({"provider": "azure", "base_url": "https://x.invalid"}, "LAKEGLASS_MODEL__API_KEY"),
        (
            {"provider": "azure", "base_url": "https://x.invalid", "azure": {"certificate": "/nowhere.pem"}},
            "LAKEGLASS_MODEL__AZURE__TENANT_ID",
        ),
        (
            {
                "provider": "azure",
                "base_url": "https://x.invalid",
                "azure": {"certificate": "/nowhere.pem", "tenant_id": "t", "client_id": "c"},
            },
            "LAKEGLASS_MODEL__AZURE__CERTIFICATE",
        ),
    ],
)
def test_what_is_missing_is_named(settings: dict[str, object], names: str) -> None:
    made = ModelSettings.model_validate(settings)
    with pytest.raises(ConfigurationError, match=names):
        providers.load(made.provider or "")(made)


def test_a_prompt_can_be_made_by_the_scrubber_only() -> None:
    with pytest.raises(TypeError, match="go through it"):
        ScrubbedPrompt((), (), form=None, seal=object())
    made = prompt("some words")
    with pytest.raises(ValueError, match="not of this prompt"):
        made.cut_to((Message(key="0", role="user", part="question", content="other words"),))

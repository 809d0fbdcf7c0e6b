"""Spans leave by OTLP/HTTP, in the background: a collector that is slow or gone costs no answer anything."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import structlog

from lakeglass.core.errors import ConfigurationError, MissingExtra
from lakeglass.core.settings import TracingSettings
from lakeglass.llm.tracing import Tracing, given_ids

try:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
    from opentelemetry.sdk.trace.sampling import ALWAYS_ON
except ModuleNotFoundError as error:
    raise MissingExtra(
        f"Traces need the package {error.name!r}; install it with: pip install 'lakeglass[tracing]'"
    ) from error

_log = structlog.get_logger(__name__)
_PATH = "v1/traces"
_DELAY_MS = 1000


def open_exporter(settings: TracingSettings, *, version: str) -> Tracing:
    """Spans to the endpoint of the settings, which must be set. Raises ConfigurationError for a wrong one.

    The provider is not made the process's own: what other libraries trace stays here.
    """
    endpoint = _address(settings.endpoint or "")
    # Its words may repeat what the collector says, and a collector may say what it was sent.
    logging.getLogger("opentelemetry.exporter.otlp.proto.http").setLevel(logging.CRITICAL)
    host = urlsplit(endpoint).hostname or ""
    exporter = OTLPSpanExporter(endpoint=endpoint, headers=_headers(settings), timeout=settings.timeout_s)
    provider = TracerProvider(
        sampler=ALWAYS_ON,
        resource=Resource({"service.name": settings.service, "service.version": version}),
        shutdown_on_exit=False,
        id_generator=_Ids(),
    )
    provider.add_span_processor(BatchSpanProcessor(_Told(exporter, host), schedule_delay_millis=_DELAY_MS))
    return Tracing(
        tracer=provider.get_tracer("lakeglass", version),
        rooted=True,
        contents=settings.contents,
        host=host,
        shut=provider.shutdown,
    )


class _Ids(RandomIdGenerator):
    """The ids that are given, else random ones."""

    def generate_span_id(self) -> int:
        given = given_ids.get()
        return super().generate_span_id() if given is None else given[1]

    def generate_trace_id(self) -> int:
        given = given_ids.get()
        return super().generate_trace_id() if given is None else given[0]


class _Told(SpanExporter):
    """Says once that spans don't arrive, and once that they do again."""

    def __init__(self, exporter: SpanExporter, host: str) -> None:
        self._exporter = exporter
        self._host = host
        self._lost = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._exporter.export(spans)
        lost = result is not SpanExportResult.SUCCESS
        if lost and not self._lost:
            _log.warning(
                "traces.lost", host=self._host, hint="Check LAKEGLASS_TRACING__ENDPOINT and __HEADERS."
            )
        elif self._lost and not lost:
            _log.info("traces.arrive", host=self._host)
        self._lost = lost
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()


def _address(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationError(
            "Got no http address in LAKEGLASS_TRACING__ENDPOINT; expected one such as http://127.0.0.1:4318."
        )
    if parts.username or parts.password:
        raise ConfigurationError(
            "Got a login in LAKEGLASS_TRACING__ENDPOINT; put it into LAKEGLASS_TRACING__HEADERS instead."
        )
    return endpoint if parts.path.endswith(_PATH) else f"{endpoint.rstrip('/')}/{_PATH}"


def _headers(settings: TracingSettings) -> Mapping[str, str]:
    """`name=value` pairs between commas, as OTEL_EXPORTER_OTLP_HEADERS has them."""
    if settings.headers is None:
        return {}
    pairs = [one.partition("=") for one in settings.headers.get_secret_value().split(",") if one.strip()]
    if any(not sign or not name.strip() for name, sign, _ in pairs):
        raise ConfigurationError(
            "Got something else than name=value pairs between commas in LAKEGLASS_TRACING__HEADERS."
        )
    return {name.strip().lower(): value.strip() for name, _, value in pairs}

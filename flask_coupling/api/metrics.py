"""Health as Prometheus reads it: gauges of the present state, asked of the database at each scrape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

from flask import Response
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from flask_coupling.operations import connections, health
from flask_coupling.operations.views import Health

from .resource import Resource

resource = Resource("health", __name__, "How connections do: lag, last runs, failures, requests, and what to look at.")

_OF_MAPPINGS = {
    "couplings": "Couplings.",
    "unsettled": "Couplings with something that is not carried over yet.",
    "conflicts": "Couplings in conflict.",
    "failed": "Records that do not get to the other side.",
    "skipped": "Failed records that are set aside.",
    "paused": "Couplings that are paused.",
}
_OF_SERVICES = {
    "requests": "Requests in the last five minutes.",
    "limit": "Requests the service allows in five minutes.",
    "throttled": "Requests refused in the last five minutes as too many.",
}


@resource.get("/metrics")
@resource.answers(200, {"type": "string"}, content_type="text/plain")
def get_metrics() -> Response:
    """Show the health of every connection as gauges in the Prometheus text format."""
    registry = CollectorRegistry()
    registry.register(_Healths())
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Healths(Collector):
    """Collects once for each scrape: a registry is made for it and thrown away."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Every family, over all connections the reader may see."""
        found = [health.get_health(each.name) for each in connections.list_connections()]
        yield from _connection_gauges(found)
        yield from _mapping_gauges(found)
        yield from _service_gauges(found)

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Nothing beforehand: nobody else registers here."""
        return ()


def _connection_gauges(found: list[Health]) -> Iterator[GaugeMetricFamily]:
    enabled = _gauge("connection_enabled", "Whether the connection is enabled.", "connection")
    level = _gauge("health_level", "0 good, 1 worth a look, 2 something does not work.", "connection")
    findings = _gauge("findings", "What there is to look at, by code.", "connection", "code", "level")
    jobs = _gauge("jobs", "Jobs that are not over, by state.", "connection", "state")
    secret = _gauge(
        "secret_expiry_timestamp_seconds", "When the client secret ends, where that is known.", "connection"
    )
    for each in found:
        enabled.add_metric([each.connection], each.enabled)
        level.add_metric([each.connection], health.LEVELS.index(each.state))
        counted: dict[tuple[str, str], int] = {}
        for finding in each.findings:
            key = (finding.problem.code, finding.level)
            counted[key] = counted.get(key, 0) + 1
        for (code, grade), count in counted.items():
            findings.add_metric([each.connection, code, grade], count)
        for state in ("ready", "in_process", "paused"):
            jobs.add_metric([each.connection, state], getattr(each, f"jobs_{state}"))
        if each.secret_expires_on:
            day = date.fromisoformat(each.secret_expires_on)
            secret.add_metric([each.connection], datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    yield from (enabled, level, findings, jobs, secret)


def _mapping_gauges(found: list[Health]) -> Iterator[GaugeMetricFamily]:
    gauges = {name: _gauge(name, text, "connection", "mapping") for name, text in _OF_MAPPINGS.items()}
    lag = _gauge("lag_seconds", "Seconds since both sides were read to their end.", "connection", "mapping")
    run = _gauge("last_run_timestamp_seconds", "When the last run began.", "connection", "mapping", "state")
    for each in found:
        for mapping in each.mappings:
            labels = [each.connection, mapping.mapping]
            for name, gauge in gauges.items():
                gauge.add_metric(labels, getattr(mapping, name))
            if mapping.lag is not None:
                lag.add_metric(labels, mapping.lag)
            if mapping.last_run is not None:
                began = mapping.last_run.started_at or mapping.last_run.created_at
                run.add_metric([*labels, mapping.last_run.state], began.timestamp())
    yield from (*gauges.values(), lag, run)


def _service_gauges(found: list[Health]) -> Iterator[GaugeMetricFamily]:
    gauges = {name: _gauge(f"service_{name}", text, "connection", "side") for name, text in _OF_SERVICES.items()}
    for each in found:
        for service in each.services:
            for name, gauge in gauges.items():
                gauge.add_metric([each.connection, service.side], getattr(service, name))
    yield from gauges.values()


def _gauge(name: str, text: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"coupling_{name}", text, labels=labels)

"""What a host can measure: counts, durations and states, for Prometheus.

No metric holds a word of a question, an id or a name: every label's values are listed here, and what
is not among them is counted as `OTHER`. `services.metrics` is the one object through which the rest
of the program tells what it did; `index` knows nothing of it.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import SimpleNamespace

import aiohttp
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

OTHER = "other"
#: How what somebody asked or pressed for ended: an answer's outcome, or why there was none.
OUTCOMES = ("answered", "near_miss", "not_found", "refused", "error")
#: From a question's arrival to its answer: judged from memory, waiting for its turn, searched,
#: made into a message, sent.
STAGES = ("judge", "queue", "search", "render", "send")
BUILDS = ("changed", "unchanged", "failed", "cancelled")
#: What Discord answered to a request: by the first digit of its status; none came.
RESULTS = ("2xx", "3xx", "4xx", "429", "5xx", "failed")
#: Whose limit a 429 is about, as Discord says in X-RateLimit-Scope.
SCOPES = ("user", "global", "shared")
GATEWAY = ("connected", "resumed", "disconnected")
LEVELS = ("warning", "error")

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_BUILD_SECONDS = (0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0)
_LATELY = 3600.0  # seconds
_KEPT = 1_000  # errors that are remembered for `errors_lately`

#: States at the moment they are asked for: by a metric's name, without `archivist_`.
States = Mapping[str, float]


class Turn:
    """A search from when it is asked for: it waits, then runs. May be told of from any thread."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._asked = time.monotonic()
        self._begun: float | None = None
        self._waits = True
        metrics.waiting.inc()

    def begin(self) -> None:
        """Its turn has come."""
        self._begun = time.monotonic()
        self.leave()
        self._metrics.took("queue", self._begun - self._asked)

    def end(self) -> None:
        """It is done, well or not."""
        if self._begun is not None:
            self._metrics.took("search", time.monotonic() - self._begun)

    def leave(self) -> None:
        """It waits no longer, whether it began or was given up."""
        if self._waits:
            self._waits = False
            self._metrics.waiting.dec()


class Metrics:
    """Counts what happens; `render` gives it to Prometheus, with the states of that moment."""

    def __init__(self) -> None:
        # Else each series has a line that tells when it began.
        disable_created_metrics()  # type: ignore[no-untyped-call]  # it has no types
        self.registry = CollectorRegistry(auto_describe=True)
        self.states: Callable[[], States] = dict  # set by what knows them
        self._errors: deque[float] = deque(maxlen=_KEPT)
        self._outcomes = self._counter(
            "archivist_outcomes", "How what was asked or pressed for ended.", "outcome", OUTCOMES
        )
        self._stages = self._histogram(
            "archivist_stage_seconds", "How long each stage of an answer took.", "stage", STAGES
        )
        self._builds = self._counter(
            "archivist_builds", "Builds of the index, by their result.", "result", BUILDS
        )
        self._build_seconds = Histogram(
            "archivist_build_seconds",
            "How long builds took.",
            buckets=_BUILD_SECONDS,
            registry=self.registry,
        )
        self._requests = self._histogram(
            "archivist_discord_request_seconds",
            "How long Discord's API took to answer, by what it answered.",
            "result",
            RESULTS,
        )
        self._limits = self._counter(
            "archivist_discord_rate_limits",
            "Requests that Discord refused because there were too many.",
            "scope",
            (*SCOPES, OTHER),
        )
        self._gateway = self._counter(
            "archivist_gateway_events", "Connections made, resumed and lost.", "event", GATEWAY
        )
        self._records = self._counter(
            "archivist_log_records", "Warnings and errors that were logged.", "level", LEVELS
        )
        self.waiting = Gauge(
            "archivist_searches_waiting", "Searches that wait for a turn.", registry=self.registry
        )
        self.registry.register(_States(self))
        ProcessCollector(registry=self.registry)

    # -- what happened

    def outcome(self, outcome: str) -> None:
        """Something asked or pressed for has ended so: one of `OUTCOMES`."""
        if outcome in OUTCOMES:
            self._outcomes.labels(outcome).inc()

    def took(self, stage: str, seconds: float) -> None:
        """A stage, one of `STAGES`, took so long."""
        if stage in STAGES:
            self._stages.labels(stage).observe(max(seconds, 0.0))

    @contextmanager
    def stage(self, stage: str) -> Iterator[None]:
        """Count the time that the block takes as that of this stage, unless it raises."""
        began = time.monotonic()
        yield
        self.took(stage, time.monotonic() - began)

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        """A search, from when it is asked for until nobody waits for it: see `Turn`."""
        turn = Turn(self)
        try:
            yield turn
        finally:
            turn.leave()

    def built(self, result: str, seconds: float | None = None) -> None:
        """A build ended so, one of `BUILDS`; after so many seconds, if it ran."""
        if result in BUILDS:
            self._builds.labels(result).inc()
            if seconds is not None:
                self._build_seconds.observe(seconds)

    def gateway(self, event: str) -> None:
        """A shard's connection: one of `GATEWAY`."""
        if event in GATEWAY:
            self._gateway.labels(event).inc()

    def requested(self, status: int | None, seconds: float, scope: str | None = None) -> None:
        """Discord answered a request with this status, None where no answer came."""
        result = f"{status // 100}xx" if status is not None else "failed"
        if status == 429:
            result = "429"
            self._limits.labels(scope if scope in SCOPES else OTHER).inc()
        self._requests.labels(result if result in RESULTS else "failed").observe(seconds)

    def trace(self) -> aiohttp.TraceConfig:
        """Counts the requests of an aiohttp session; those that answer somebody are sendings too."""
        config = aiohttp.TraceConfig()
        config.on_request_start.append(_begin)
        config.on_request_end.append(self._end)
        config.on_request_exception.append(self._fail)
        return config

    async def _end(
        self, _: aiohttp.ClientSession, kept: SimpleNamespace, told: aiohttp.TraceRequestEndParams
    ) -> None:
        seconds = time.monotonic() - kept.began
        scope = told.response.headers.get("X-RateLimit-Scope")
        self.requested(told.response.status, seconds, scope)
        if "/interactions/" in told.url.path or "/webhooks/" in told.url.path:
            self.took("send", seconds)

    async def _fail(self, _: aiohttp.ClientSession, kept: SimpleNamespace, __: object) -> None:
        self.requested(None, time.monotonic() - kept.began)

    # -- what was logged

    def handler(self) -> logging.Handler:
        """Counts the warnings and errors of the loggers that it is added to."""
        return _Counting(self)

    def logged(self, level: int) -> None:
        """A record of this level was logged."""
        if level >= logging.ERROR:
            self._errors.append(time.monotonic())
            self._records.labels("error").inc()
        elif level >= logging.WARNING:
            self._records.labels("warning").inc()

    def errors_lately(self) -> int:
        """Errors logged in the last hour; no more than a thousand are remembered."""
        since = time.monotonic() - _LATELY
        return sum(when >= since for when in self._errors)

    # -- what Prometheus reads

    def render(self) -> bytes:
        """Everything, in Prometheus' text format (version 0.0.4), with twelve digits of a number.

        More are of no use, and look like ids.
        """
        lines = generate_latest(self.registry).decode().splitlines()
        return "".join(f"{_shortened(line)}\n" for line in lines).encode()

    def _counter(self, name: str, help_: str, label: str, values: Iterable[str]) -> Counter:
        counter = Counter(name, help_, (label,), registry=self.registry)
        for value in values:  # those that never happened are shown as 0
            counter.labels(value)
        return counter

    def _histogram(self, name: str, help_: str, label: str, values: Iterable[str]) -> Histogram:
        histogram = Histogram(name, help_, (label,), buckets=_SECONDS, registry=self.registry)
        for value in values:
            histogram.labels(value)
        return histogram


#: Every state that may be told, and what it is.
STATES = {
    "index_generation": "Number of the generation that answers; 0 while there is none.",
    "index_documents": "Documents of that generation.",
    "index_passages": "Passages of that generation.",
    "gateway_shards": "Connections to the gateway that there should be.",
    "gateway_shards_connected": "Those of them that are open and acknowledged.",
    "gateway_latency_seconds": "The slowest shard's time from a heartbeat to its acknowledgement.",
    "gateway_acknowledged_seconds": "Seconds since the last acknowledgement of the slowest shard.",
    "event_loop_lag_seconds": "How late the event loop came to a timer, at the last one.",
    "event_loop_lag_max_seconds": "The same, at most in the last minute.",
    "guilds": "Servers that have the bot.",
    "live": "1 while the program is live: see /live.",
    "ready": "1 while it can answer: see /ready.",
}


class _States(Collector):
    """Asks for the states of the moment, each time that Prometheus does."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def describe(self) -> Iterable[Metric]:
        return [GaugeMetricFamily(f"archivist_{name}", said) for name, said in STATES.items()]

    def collect(self) -> Iterable[Metric]:
        told = self._metrics.states()
        for name, said in STATES.items():
            if name in told:
                yield GaugeMetricFamily(f"archivist_{name}", said, value=told[name])


class _Counting(logging.Handler):
    def __init__(self, metrics: Metrics) -> None:
        super().__init__(logging.WARNING)
        self._metrics = metrics

    def emit(self, record: logging.LogRecord) -> None:
        self._metrics.logged(record.levelno)


def _shortened(line: str) -> str:
    if line.startswith("#"):
        return line
    series, _, value = line.rpartition(" ")
    return f"{series} {float(value):.12g}" if len(value) > 12 else line


async def _begin(_: aiohttp.ClientSession, kept: SimpleNamespace, __: object) -> None:
    kept.began = time.monotonic()

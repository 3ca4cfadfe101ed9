"""What is counted, and that nothing anybody wrote is among it."""

from __future__ import annotations

import asyncio
import logging
import re

import aiohttp
import pytest
from aiohttp import web

from bot.metrics import LEVELS, OUTCOMES, STAGES, STATES, Metrics


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(f"archivist_{name}", labels)


def test_outcomes_that_never_happened_are_zero(metrics: Metrics) -> None:
    """A rate over them can be computed from the first scrape on."""
    assert {value(metrics, "outcomes_total", outcome=one) for one in OUTCOMES} == {0.0}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_an_outcome_is_counted(metrics: Metrics, outcome: str) -> None:
    metrics.outcome(outcome)
    assert value(metrics, "outcomes_total", outcome=outcome) == 1.0


def test_what_is_no_outcome_makes_no_label(metrics: Metrics) -> None:
    """No text can become a label, whoever calls."""
    metrics.outcome("Who has stolen the anchor?")
    metrics.took("Who has stolen the anchor?", 1.0)
    metrics.built("Who has stolen the anchor?")
    metrics.gateway("Who has stolen the anchor?")
    metrics.requested(429, 0.1, "Who has stolen the anchor?")
    assert b"anchor" not in metrics.render()
    assert value(metrics, "discord_rate_limits_total", scope="other") == 1.0


def test_a_stage_that_raises_is_not_counted(metrics: Metrics) -> None:
    with pytest.raises(ValueError, match="x"), metrics.stage("judge"):
        raise ValueError("x")
    with metrics.stage("judge"):
        pass
    assert value(metrics, "stage_seconds_count", stage="judge") == 1.0


def test_a_search_waits_and_then_runs(metrics: Metrics) -> None:
    """It is counted as waiting until it begins."""
    with metrics.turn() as turn:
        assert value(metrics, "searches_waiting") == 1.0
        turn.begin()
        assert value(metrics, "searches_waiting") == 0.0
        turn.end()
    assert value(metrics, "searches_waiting") == 0.0
    assert value(metrics, "stage_seconds_count", stage="queue") == 1.0
    assert value(metrics, "stage_seconds_count", stage="search") == 1.0


def test_a_search_that_is_given_up_waits_no_longer(metrics: Metrics) -> None:
    with metrics.turn():
        pass
    assert value(metrics, "searches_waiting") == 0.0
    assert value(metrics, "stage_seconds_count", stage="search") == 0.0


def test_a_build_is_counted_with_its_time(metrics: Metrics) -> None:
    metrics.built("changed", 2.0)
    metrics.built("failed")
    assert value(metrics, "builds_total", result="changed") == 1.0
    assert value(metrics, "builds_total", result="failed") == 1.0
    assert value(metrics, "build_seconds_sum") == 2.0


@pytest.mark.parametrize(
    ("status", "result"),
    [(200, "2xx"), (204, "2xx"), (404, "4xx"), (429, "429"), (503, "5xx"), (None, "failed")],
)
def test_a_request_is_counted_by_its_answer(
    metrics: Metrics, status: int | None, result: str
) -> None:
    metrics.requested(status, 0.1)
    assert value(metrics, "discord_request_seconds_count", result=result) == 1.0


async def test_requests_of_a_session_are_counted(metrics: Metrics) -> None:
    """Those answered, refused, and not answered; those to an interaction as sending too."""

    async def answer(request: web.BaseRequest) -> web.Response:
        if request.path.endswith("/gone"):
            return web.Response(status=429, headers={"X-RateLimit-Scope": "shared"})
        return web.Response()

    manager = web.Server(answer)
    server = await asyncio.get_running_loop().create_server(manager, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with aiohttp.ClientSession(trace_configs=[metrics.trace()]) as session:
        await (await session.post(f"http://127.0.0.1:{port}/interactions/1/secret/callback")).read()
        await (await session.get(f"http://127.0.0.1:{port}/channels/1/gone")).read()
        server.close()
        await manager.shutdown()
        with pytest.raises(aiohttp.ClientError):
            await session.get("http://127.0.0.1:1/")
    for result in ("2xx", "429", "failed"):
        assert value(metrics, "discord_request_seconds_count", result=result) == 1.0
    assert value(metrics, "discord_rate_limits_total", scope="shared") == 1.0
    assert value(metrics, "stage_seconds_count", stage="send") == 1.0
    assert b"secret" not in metrics.render()


def test_errors_that_are_logged_are_counted(metrics: Metrics) -> None:
    log = logging.getLogger("tests.metrics")
    log.propagate = False
    log.addHandler(metrics.handler())
    log.error("one")
    log.warning("two")
    log.info("three")
    assert [value(metrics, "log_records_total", level=one) for one in LEVELS] == [1.0, 1.0]
    assert metrics.errors_lately() == 1


def test_states_are_asked_for_when_they_are_read(metrics: Metrics) -> None:
    """What is not a declared state is left out."""
    states = {"index_generation": 3.0, "who_asked": 7.0}
    metrics.states = lambda: states
    assert b"archivist_index_generation 3.0" in metrics.render()
    states["index_generation"] = 4.0
    assert b"archivist_index_generation 4.0" in metrics.render()
    assert b"who_asked" not in metrics.render()


def test_labels_are_only_those_declared(metrics: Metrics) -> None:
    """No label names a server, a channel, a person or a document."""
    metrics.states = lambda: dict.fromkeys(STATES, 1.0)
    labels = set(re.findall(r"[{,]([a-z_]+)=", metrics.render().decode()))
    assert labels == {"outcome", "stage", "result", "scope", "event", "level", "le"}


def test_no_number_looks_like_an_id(metrics: Metrics) -> None:
    """However long the fractions of its sums are."""
    for _ in range(3):
        metrics.took("judge", 0.1)
    metrics.states = lambda: {"event_loop_lag_seconds": 1 / 3}
    assert not re.search(rb"\d{13,}", metrics.render())


def test_each_stage_has_its_series(metrics: Metrics) -> None:
    assert {value(metrics, "stage_seconds_count", stage=stage) for stage in STAGES} == {0.0}

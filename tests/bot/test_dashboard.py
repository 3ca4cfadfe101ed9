"""The dashboard for Grafana asks for metrics that there are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.metrics import BUILDS, GATEWAY, LEVELS, OUTCOMES, RESULTS, SCOPES, STAGES, STATES, Metrics

DASHBOARD = Path(__file__).parents[2] / "deploy" / "grafana.json"
_METRIC = re.compile(r"\b((?:archivist|process|python)_\w+)\b")
_LABEL = re.compile(r"\b(outcome|stage|result|scope|event|level)=~?\"([^\"]*)\"")
VALUES = {
    "outcome": OUTCOMES,
    "stage": STAGES,
    "result": (*RESULTS, *BUILDS),
    "scope": SCOPES,
    "event": GATEWAY,
    "level": LEVELS,
}


@pytest.fixture(scope="module")
def board() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    return made


def queries(board: dict[str, Any]) -> Iterator[str]:
    for panel in board["panels"]:
        yield from (target["expr"] for target in panel.get("targets", ()))
    yield from (one["query"] for one in board["templating"]["list"])


def told() -> set[str]:
    """The names of all series that the program gives."""
    metrics = Metrics()
    metrics.states = lambda: dict.fromkeys(STATES, 1.0)
    lines = metrics.render().decode().splitlines()
    return {re.split(r"[ {]", line)[0] for line in lines if not line.startswith("#")}


def test_every_panel_asks_for_metrics_that_exist(board: dict[str, Any]) -> None:
    names = {name for query in queries(board) for name in _METRIC.findall(query)}
    assert names - told() == set()


def test_every_metric_is_on_a_panel(board: dict[str, Any]) -> None:
    """Of ours; a histogram by any of its series."""
    asked = " ".join(queries(board))
    families = {re.sub(r"_(?:bucket|sum|count)$", "", name) for name in told()}
    ours = {name for name in families if name.startswith("archivist_")}
    assert {name for name in ours if name not in asked} == set()


def test_labels_have_values_that_exist(board: dict[str, Any]) -> None:
    for query in queries(board):
        for label, value in _LABEL.findall(query):
            assert value in VALUES[label], query


def test_panels_have_ids_of_their_own_and_do_not_overlap(board: dict[str, Any]) -> None:
    """And each says what it shows."""
    panels = board["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        cells = {
            (place["x"] + across, place["y"] + down)
            for across in range(place["w"])
            for down in range(place["h"])
        }
        assert place["x"] + place["w"] <= 24
        assert not taken & cells
        assert panel["title"]
        taken |= cells


def test_brackets_of_queries_close(board: dict[str, Any]) -> None:
    for query in queries(board):
        assert [query.count(one) for one in "({["] == [query.count(one) for one in ")}]"]

"""Builds: one at a time, which are joined, which wait, which are ended, and what is kept of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.building import (
    Build,
    BuildCancelledError,
    BuildCrashedError,
    Builds,
    Ended,
    Request,
    of_collection,
)
from index.building import Progress
from index.errors import BusyError, CorpusError
from index.model import BuildReport, ReadingWarning, Skipped, SourceSummary
from tests.bot import fakes
from tests.bot.fakes import until

ALL, OWN, OTHER = Request(), Request("server/10"), Request("server/20")


class Runner:
    """Builds when it is let, and ends when it is told to."""

    def __init__(self) -> None:
        self.began: list[Build] = []
        self.at_once = 0
        self.go = asyncio.Event()
        self.outcome: BuildReport | Exception = fakes.report()
        self.noted: list[Ended] = []

    async def run(self, build: Build) -> BuildReport:
        self.began.append(build)
        self.at_once += 1
        assert self.at_once == 1
        try:
            while not self.go.is_set():
                await asyncio.sleep(0.002)
                if build.stop.is_set():
                    raise BuildCancelledError("The build was cancelled.")
        finally:
            self.at_once -= 1
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome

    async def note(self, ended: Ended) -> None:
        self.noted.append(ended)


@pytest.fixture
async def runner() -> Runner:
    return Runner()


@pytest.fixture
async def builds(runner: Runner) -> AsyncIterator[Builds]:
    made = Builds(runner.run)
    made.records.append(runner.note)
    yield made
    await made.close()


# ---------------------------------------------------------------- which does what is asked for


@pytest.mark.parametrize(
    ("build", "request_", "does"),
    [
        pytest.param(ALL, ALL, True, id="the same"),
        pytest.param(ALL, OWN, True, id="all does one collection"),
        pytest.param(OWN, ALL, False, id="one does not do all"),
        pytest.param(OWN, OTHER, False, id="one does not do another"),
        pytest.param(Request(full=True), ALL, True, id="all anew does what changed"),
        pytest.param(ALL, Request(full=True), False, id="what changed does not do all anew"),
        pytest.param(Request(dry_run=True), ALL, False, id="a dry run builds nothing"),
        pytest.param(ALL, Request(dry_run=True), False, id="a build is no dry run"),
    ],
)
def test_a_build_covers_what_it_does(build: Request, request_: Request, does: bool) -> None:
    assert build.covers(request_) is does


async def test_one_build_runs_at_a_time_in_the_order_of_asking(
    builds: Builds, runner: Runner
) -> None:
    asked = [builds.ask(one) for one in (OWN, OTHER, ALL)]
    await until(lambda: runner.began)
    assert builds.queue == tuple(asked)
    assert [build.began is None for build in asked] == [False, True, True]
    runner.go.set()
    for build in asked:
        await build.report()
    assert runner.began == asked


async def test_the_same_request_twice_is_one_build(builds: Builds, runner: Runner) -> None:
    """While it waits; and while it reads, for who joins what is under way."""
    first = builds.ask(OWN)
    await until(lambda: runner.began)
    waiting = builds.ask(OTHER)
    assert builds.ask(OTHER) is waiting
    assert builds.ask(OWN, join_running=True) is first


async def test_what_changed_a_moment_ago_is_not_left_to_the_build_under_way(
    builds: Builds, runner: Runner
) -> None:
    """It may have looked at the file already: another build follows."""
    first = builds.ask(OWN)
    await until(lambda: runner.began)
    assert builds.ask(OWN) is not first


async def test_a_build_that_has_read_all_is_joined_by_nobody(
    builds: Builds, runner: Runner
) -> None:
    first = builds.ask(ALL)
    await until(lambda: runner.began)
    first.progress = Progress(1, 1, "", published=8)
    assert builds.ask(ALL, join_running=True) is not first


# ---------------------------------------------------------------- ending one


async def test_a_running_build_that_is_cancelled_ends(builds: Builds, runner: Runner) -> None:
    """Who waits is told, the next one begins, and it is noted who did it."""
    first, second = builds.ask(OWN, who=1, guild=10), builds.ask(OTHER)
    await until(lambda: runner.began)
    builds.cancel(first, 2)
    with pytest.raises(BuildCancelledError):
        await first.report()
    await until(lambda: second.began is not None)
    assert [(one.outcome, one.who, one.cancelled_by) for one in runner.noted] == [
        ("cancelled", 1, 2)
    ]


async def test_a_waiting_build_that_is_cancelled_never_begins(
    builds: Builds, runner: Runner
) -> None:
    first, second = builds.ask(OWN), builds.ask(OTHER, who=1)
    await until(lambda: runner.began)
    builds.cancel(second, 1)
    with pytest.raises(BuildCancelledError):
        await second.wait(5)
    runner.go.set()
    await first.report()
    assert runner.began == [first]
    assert [one.outcome for one in runner.noted] == ["cancelled", "changed"]


async def test_a_cancelled_build_is_joined_by_nobody(builds: Builds, runner: Runner) -> None:
    first = builds.ask(OWN)
    await until(lambda: runner.began)
    builds.cancel(first, 1)
    assert builds.ask(OWN, join_running=True) is not first


async def test_a_build_that_is_over_can_not_be_cancelled(builds: Builds, runner: Runner) -> None:
    runner.go.set()
    build = builds.ask(OWN)
    await build.report()
    builds.cancel(build, 1)
    assert build.cancelled_by is None
    assert builds.by_id(build.id) is None


async def test_closing_ends_all_builds_and_takes_no_more(builds: Builds, runner: Runner) -> None:
    asked = [builds.ask(OWN), builds.ask(OTHER)]
    await until(lambda: runner.began)
    await builds.close()
    asked.append(builds.ask(ALL))
    for build in asked:
        with pytest.raises(BuildCancelledError):
            await build.wait(5)
    assert runner.began == asked[:1]
    assert sorted(one.outcome for one in runner.noted) == ["cancelled", "cancelled"]


# ---------------------------------------------------------------- what came of it


@pytest.mark.parametrize("error", [CorpusError("No."), BusyError("Busy.")])
async def test_a_build_that_fails_tells_and_does_not_stop_the_next(
    builds: Builds, runner: Runner, error: Exception
) -> None:
    first, second = builds.ask(OWN), builds.ask(OTHER)
    runner.outcome = error
    runner.go.set()
    with pytest.raises(type(error)):
        await first.report()
    runner.outcome = fakes.report()
    with pytest.raises(type(error)) if second.ended.done() else nothing():
        await second.report()
    assert runner.noted[0].outcome == "failed"
    assert runner.noted[0].reason == str(error)
    assert runner.began == [first, second]


def nothing() -> Any:
    return pytest.MonkeyPatch.context()


async def test_what_is_unforeseen_is_told_without_its_words(
    builds: Builds, runner: Runner, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody sees a traceback; it is in the log."""
    runner.outcome = ValueError("/home/somebody/secret.txt")
    runner.go.set()
    with pytest.raises(BuildCrashedError) as caught:
        await builds.ask(OWN).report()
    assert "secret" not in caught.value.sentence
    assert "a build failed" in caplog.text
    assert "secret" not in caplog.text


async def test_a_build_stands_though_it_could_not_be_noted(builds: Builds, runner: Runner) -> None:
    async def fail(_: Ended) -> None:
        raise OSError("The disk is full.")

    builds.records.insert(0, fail)
    runner.go.set()
    assert (await builds.ask(OWN).report()).changed
    assert len(runner.noted) == 1


async def test_who_is_told_finds_it_noted(builds: Builds, runner: Runner) -> None:
    runner.go.set()
    await builds.ask(OWN, who=3, guild=10).report()
    (noted,) = runner.noted
    assert (noted.who, noted.guild, noted.request, noted.outcome) == (3, 10, OWN, "changed")


def test_what_is_kept_of_a_report_is_bounded() -> None:
    """Counts are exact; of names the first hundred."""
    ended = Ended(ALL, "build", 1, 10, "changed", 8, 1.0, report=fakes.report(added=("a",) * 500))
    summary = ended.summary()
    assert summary["counts"]["added"] == 500
    assert len(summary["added"]) == 100


# ---------------------------------------------------------------- of one collection


def summary_of(document_id: str, collection: str, name: str) -> SourceSummary:
    made = fakes.summary(document_id)
    warnings = (ReadingWarning(f"Torn: {name}."),)
    source = replace(made.source, collection=collection, name=name)
    return replace(made, source=source, warnings=warnings)


def test_a_report_of_all_tells_a_server_only_of_its_own() -> None:
    """Not a word, count or warning of what belongs to others."""
    own = summary_of("10.map", "server/10", "map.txt")
    others = summary_of("20.secret", "server/20", "secret.txt")
    report = fakes.report(
        added=("10.map", "20.secret", "100.secret"),
        updated=("secret",),
        removed=("10.old", "20.secret-old"),
        documents=9,
        passages=900,
        events=90,
        skipped=(Skipped("secret.pdf", "It is secret."),),
        warnings=(("map.txt", own.warnings[0]), ("secret.txt", others.warnings[0])),
        read=(own, others),
        unapplied=("A secret correction.",),
    )
    made = of_collection(report, "server/10", (own,))
    assert "secret" not in repr(made)
    assert (made.added, made.removed, made.changed) == (("10.map",), ("10.old",), True)
    assert (made.documents, made.passages, made.events, made.unchanged) == (1, 4, 3, 0)
    assert [name for name, _ in made.warnings] == ["map.txt"]


def test_a_report_without_changes_of_ones_own_says_so() -> None:
    report = fakes.report(added=("secret",), read=())
    assert not of_collection(report, "server/10", ()).changed

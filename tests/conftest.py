"""What all tests share: the folders they read, and which of them need something that may be missing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.archive import Archive
from index.building import build

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"

#: What each marker needs: whether it is here, and what to say where it is not.
NEEDS: dict[str, tuple[Callable[[], bool], str]] = {
    "shared": (SHARED.is_dir, "the source documents are not beside the repository, in ../shared"),
    "chromium": (lambda: shutil.which("chromium") is not None, "Chromium is not installed"),
    "poppler": (lambda: shutil.which("pdftotext") is not None, "poppler-utils is not installed"),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what can't run here, with the reason; CI has everything and may skip nothing."""
    for marker, (is_here, reason) in NEEDS.items():
        if is_here():
            continue
        for item in items:
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Where ARCHIVIST_TESTS_MUST_RUN is set, a marked test that was skipped has failed."""
    report = yield
    marked = any(item.get_closest_marker(marker) for marker in NEEDS)
    if marked and report.skipped and os.environ.get("ARCHIVIST_TESTS_MUST_RUN"):
        report.outcome = "failed"
    return report  # type: ignore[return-value]  # what a wrapper hands on


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The index of the repository's own corpus."""
    data = tmp_path_factory.mktemp("shipped")
    build(ROOT / "corpus", data)
    return Archive.open(data)


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The index of the two original documents; tests that ask for it are marked `shared`."""
    data = tmp_path_factory.mktemp("seeds")
    build(SHARED / "seeds", data)
    return Archive.open(data)

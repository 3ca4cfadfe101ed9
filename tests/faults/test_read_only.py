"""A data folder that may only be read: who serves is refused, who asks is answered."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from index import building
from tests.conftest import HARBOUR, ROOT, write_corpus


def archivist(*words: object, corpus: Path, data: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as people do, without a .env."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "ARCHIVIST_CORPUS": str(corpus),
        "ARCHIVIST_DATA": str(data),
        "DISCORD_TOKEN": "a.token.for-tests",
        "DISCORD_API_URL": "http://127.0.0.1:9/api/v10",
    }
    command = [sys.executable, "-m", "bot", *map(str, words)]
    return subprocess.run(
        command, cwd=corpus, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_a_read_only_data_folder(tmp_path: Path, read_only: Callable[[Path], None]) -> None:
    """`serve` ends with one sentence that says what to do; `ask` and `timeline` answer."""
    corpus, data = write_corpus(tmp_path / "corpus", HARBOUR), tmp_path / "data"
    building.build(corpus, data)
    read_only(data)
    refused = archivist("serve", corpus=corpus, data=data)
    assert refused.returncode == 1
    assert "can't be written" in refused.stderr
    assert "Traceback" not in refused.stderr
    for words in (("ask", "When was the harbour of Skerrow dug?"), ("timeline", "1853")):
        answered = archivist(*words, corpus=corpus, data=data)
        assert answered.returncode == 0, answered.stderr
        assert "1847" in answered.stdout or "1853" in answered.stdout
    (corpus / "more.txt").write_text("The mole is 90 yards long.", encoding="utf-8")
    stale = archivist("ask", "When was the harbour of Skerrow dug?", corpus=corpus, data=data)
    assert "1847" in stale.stdout
    assert "Traceback" not in stale.stderr

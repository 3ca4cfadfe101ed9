"""Processes that read files have no network, and what they read makes nobody ask for it."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from index import sandbox

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux has means that need no rights"
)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Somebody who would answer on this machine."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening


def run(program: str) -> str:
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert found.returncode == 0, found.stderr
    return found.stdout.strip()


def connecting(port: int, means: str) -> str:
    """What comes of connecting to ``port`` behind ``means``."""
    return run(
        f"""
import socket
from index import sandbox
assert sandbox.{means}()
try:
    with socket.socket() as one:
        one.settimeout(5)
        one.connect(("127.0.0.1", {port}))
    print("connected")
except OSError as error:
    print(type(error).__name__)
"""
    )


def test_without_means_it_would_connect(listener: socket.socket) -> None:
    """The listener takes connections of processes that aren't shut off."""
    assert connecting(listener.getsockname()[1], "describe") == "connected"


@pytest.mark.parametrize("means", ["shut_off_network", "filter_sockets"])
def test_nothing_on_this_machine_can_be_reached(listener: socket.socket, means: str) -> None:
    """Behind each means not even this machine's own addresses can be reached."""
    if means == "shut_off_network" and sandbox.describe() == "open":
        pytest.skip("this system allows neither namespaces nor filters")
    assert connecting(listener.getsockname()[1], means) in ("OSError", "PermissionError")


def test_what_is_started_is_shut_off_too() -> None:
    """A process that a shut off one starts can't open sockets either."""
    said = run(
        """
import subprocess, sys
from index import sandbox
assert sandbox.filter_sockets()
program = "import socket; socket.socket()"
print(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stderr)
"""
    )
    assert "PermissionError" in said


def test_files_can_be_read_and_pipes_used() -> None:
    """All that reading a file takes still works: files, threads, processes, pipes, time."""
    said = run(
        """
from index import sandbox
how = sandbox.shut_off_network()
import numpy, os, pathlib, threading, time
thread = threading.Thread(target=time.sleep, args=(0.01,))
thread.start(); thread.join()
reading, writing = os.pipe()
os.write(writing, b"x")
assert os.read(reading, 1) == b"x"
assert pathlib.Path(sandbox.__file__).read_text(encoding="utf-8")
print(how)
"""
    )
    assert said == sandbox.describe()

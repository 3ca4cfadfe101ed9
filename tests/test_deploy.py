"""What is deployed is as narrow as it says, and fits the program.

No container engine runs where these tests do, and the schema of Compose is not at hand offline: so the
files are parsed here and held to rules of our own. `make check-deploy` runs hadolint and systemd's tools.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT, write_corpus

DEPLOY = ROOT / "deploy"
PINNED = re.compile(r"(?m)^([A-Za-z0-9_.-]+)==(\S+)")


@pytest.fixture(scope="module")
def image() -> list[tuple[str, str]]:
    """The instructions of the container file, in order: name and rest."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    lines = re.sub(r"(?m)^\s*#.*\n", "", text).replace("\\\n", " ").splitlines()
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines if line.strip()]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


@pytest.fixture(scope="module")
def service(compose: dict[str, Any]) -> dict[str, Any]:
    [found] = compose["services"].values()
    assert isinstance(found, dict)
    return found


def unit(name: str) -> dict[str, list[tuple[str, str]]]:
    """The settings of a unit by section; a key may stand more than once."""
    found: dict[str, list[tuple[str, str]]] = {}
    section = ""
    for line in (DEPLOY / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(section, []).append((key, value))
    return found


# ---------------------------------------------------------------- container


def last_stage(image: list[tuple[str, str]]) -> list[tuple[str, str]]:
    start = max(n for n, (name, _) in enumerate(image) if name == "FROM")
    return image[start:]


def test_the_image_runs_as_nobody_that_exists(image: list[tuple[str, str]]) -> None:
    """Its user is a number above those of a system, so that an orchestrator can see that it isn't root."""
    [user] = [rest for name, rest in last_stage(image) if name == "USER"]
    assert all(int(part) > 1_000 for part in user.split(":"))


def test_the_image_holds_nothing_that_only_builds(image: list[tuple[str, str]]) -> None:
    """The last stage takes the environment of the first and installs nothing."""
    rests = " ".join(rest for name, rest in last_stage(image) if name in ("RUN", "COPY", "ADD"))
    assert "--from=build" in rests
    assert "pip" not in rests
    assert "apt" not in rests


def test_the_image_installs_what_is_pinned_and_compiles_nothing(
    image: list[tuple[str, str]],
) -> None:
    """Dependencies come by hash and as wheels; the bases have a version."""
    runs = " ".join(rest for name, rest in image if name == "RUN")
    assert "--require-hashes --only-binary :all: -r requirements.txt" in runs
    assert all(re.search(r":3\.\d+-", rest) for name, rest in image if name == "FROM")


def test_no_document_setting_or_token_gets_into_the_image(image: list[tuple[str, str]]) -> None:
    """Only the program's own files are copied, and only they go to the builder."""
    copied = {
        word
        for name, rest in image
        if name == "COPY" and "--from" not in rest
        for word in rest.split()[:-1]
    }
    assert copied == {"requirements.txt", "pyproject.toml", "README.md", "LICENSE", "bot", "index"}
    ignored = (DEPLOY / "Containerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert "*" in ignored
    assert let_in == copied


def test_every_file_that_is_read_is_installed() -> None:
    """What lies beside the modules (catalogues, lists of words, styles) is named as the package's."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]
    for path in (*(ROOT / "bot").rglob("*"), *(ROOT / "index").rglob("*")):
        if path.is_file() and path.suffix not in (".py", ".pyc"):
            package = ".".join(path.parent.relative_to(ROOT).parts)
            assert any(path.match(pattern) for pattern in patterns.get(package, ())), path


def test_every_folder_of_modules_is_a_package() -> None:
    """One without `__init__.py` would be left out of the image."""
    for path in (*(ROOT / "bot").rglob("*.py"), *(ROOT / "index").rglob("*.py")):
        assert (path.parent / "__init__.py").exists(), path


def test_health_is_asked_where_it_is_served(
    image: list[tuple[str, str]], service: dict[str, Any]
) -> None:
    """Image and Compose ask the same, /live, of the address that is set, and it is loopback."""
    [check] = [rest for name, rest in image if name == "HEALTHCHECK"]
    command = json.loads(check[check.index("[") :])
    assert service["healthcheck"]["test"] == ["CMD", *command]
    assert "/live" in command[-1]
    env = " ".join(rest for name, rest in image if name == "ENV")
    assert re.search(r"ARCHIVIST_HEALTH_ADDRESS=127\.0\.0\.1:\d+", env)


def test_the_health_check_tells_alive_from_dead(image: list[tuple[str, str]]) -> None:
    """Its command ends with 0 when /live says 200, and with another code when nothing answers."""
    from http.server import BaseHTTPRequestHandler, HTTPServer
    from threading import Thread

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/live" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    [check] = [rest for name, rest in image if name == "HEALTHCHECK"]
    _, *words = json.loads(check[check.index("[") :])
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.handle_request, daemon=True).start()
        env = {**os.environ, "ARCHIVIST_HEALTH_ADDRESS": f"127.0.0.1:{server.server_port}"}
        assert subprocess.run([sys.executable, *words], env=env).returncode == 0
    done = subprocess.run([sys.executable, *words], env=env, capture_output=True)
    assert done.returncode != 0


def test_the_service_can_do_little(service: dict[str, Any]) -> None:
    """Root is read-only, no capability is left, none can be gained, and processes and memory are bounded."""
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "no-new-privileges:true" in service["security_opt"]
    assert not {"privileged", "network_mode", "pid", "devices", "ports"} & service.keys()
    assert service["pids_limit"]
    assert service["mem_limit"]
    assert all("noexec" in mount and "size=" in mount for mount in service["tmpfs"])


def test_the_corpus_is_mounted_to_be_read(service: dict[str, Any]) -> None:
    assert "../corpus:/corpus:ro" in service["volumes"]


def test_compose_names_what_there_is(compose: dict[str, Any], service: dict[str, Any]) -> None:
    """Volumes and secrets that the service uses are declared, and its paths are right."""
    used = {volume.split(":")[0] for volume in service["volumes"] if volume[0] not in "./"}
    assert used == compose["volumes"].keys()
    assert set(service["secrets"]) == compose["secrets"].keys()
    assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).exists()
    [secret] = service["secrets"]
    assert service["environment"]["DISCORD_TOKEN_FILE"] == f"/run/secrets/{secret}"


def test_compose_has_no_key_that_compose_does_not_know(
    compose: dict[str, Any], service: dict[str, Any]
) -> None:
    """A misspelt key would be refused, or change nothing: those used are of the Compose specification."""
    assert compose.keys() <= {"name", "services", "secrets", "volumes"}
    assert service.keys() <= {
        "image", "build", "restart", "init", "read_only", "user", "cap_drop", "security_opt",
        "pids_limit", "mem_limit", "tmpfs", "environment", "env_file", "secrets", "volumes",
        "healthcheck", "stop_grace_period", "logging",
    }  # fmt: skip
    assert service["healthcheck"].keys() <= {
        "test",
        "interval",
        "timeout",
        "start_period",
        "retries",
    }


def test_a_stop_waits_as_long_as_answers_are_finished(service: dict[str, Any]) -> None:
    """Neither Compose nor systemd kills the bot while it finishes what it promised."""
    code = (ROOT / "bot" / "app.py").read_text(encoding="utf-8")
    [promised] = re.findall(r"FINISHING, GOODBYE = ([\d.]+), ([\d.]+)", code)
    needed = sum(map(float, promised))
    assert float(service["stop_grace_period"].removesuffix("s")) > needed
    stop = dict(unit("archivist.service")["Service"])["TimeoutStopSec"]
    assert float(stop.removesuffix("s")) > needed


#: Runs a program for which every folder but those named may only be read: Linux's Landlock, which needs
#: no rights. Numbers and layouts are those of <linux/landlock.h>.
READ_ONLY = """
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
changing = sum(1 << bit for bit in (1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14))
handled = ctypes.c_uint64(changing)
ruleset = libc.syscall(444, ctypes.byref(handled), ctypes.c_size_t(8), ctypes.c_uint32(0))
if ruleset < 0:
    sys.exit(77)
for path in [*sys.argv[1].split(":"), "/dev"]:
    rule = changing.to_bytes(8, sys.byteorder) + os.open(path, os.O_PATH).to_bytes(4, sys.byteorder)
    assert libc.syscall(445, ruleset, 1, rule, ctypes.c_uint32(0)) == 0
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.syscall(446, ruleset, ctypes.c_uint32(0)) == 0
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


def run_read_only(
    room: Path, *words: str, writable: tuple[str, ...] = ("data", "backups", "tmp")
) -> subprocess.CompletedProcess[str]:
    """A Python program for which all but some folders of ``room`` is read-only, as in the container."""
    folders = [room / name for name in writable]
    env = {
        "PATH": os.environ["PATH"],
        "HOME": "/nonexistent",
        "TMPDIR": str(room / "tmp"),
        "MPLCONFIGDIR": str(room / "tmp" / "matplotlib"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(ROOT),
        "ARCHIVIST_CORPUS": str(room / "corpus"),
        "ARCHIVIST_DATA": str(room / "data"),
    }
    done = subprocess.run(
        [sys.executable, "-c", READ_ONLY, ":".join(map(str, folders)), *words],
        cwd=room / "data",
        env=env,
        capture_output=True,
        text=True,
    )
    if done.returncode == 77:
        pytest.skip("this system has no Landlock")
    return done


@pytest.fixture
def room(tmp_path: Path) -> Path:
    write_corpus(tmp_path / "corpus", {"mill.md": "# The mill\n\nIt was built on 3 May 1847."})
    for name in ("data", "backups", "tmp"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.mark.slow
def test_nothing_but_data_and_tmp_is_written(room: Path) -> None:
    """With a read-only root, as in the container, the program builds, asks, draws, backs up and restores."""
    for words in (
        ["index", "build"],
        ["ask", "When was the mill built?"],
        ["timeline", "--png", str(room / "backups" / "chart.png")],
        ["backup", str(room / "backups" / "one.tar")],
        ["restore", str(room / "backups" / "one.tar")],
    ):
        done = run_read_only(room, "-m", "bot", *words)
        assert (done.returncode, done.stderr) == (0, ""), words


def test_a_read_only_folder_is_read_only_in_these_tests(room: Path) -> None:
    """What the test above relies on: there, a file outside the folders that are named can't be written."""
    there = str(room / "elsewhere")
    done = run_read_only(room, "-c", f"open({there!r}, 'w')")
    assert "Permission denied" in done.stderr


@pytest.mark.slow
def test_a_read_only_data_folder_still_answers_and_is_backed_up(room: Path) -> None:
    """What is indexed is answered from, and saved, when the data folder can't be written any more."""
    assert run_read_only(room, "-m", "bot", "index", "build").returncode == 0
    for words in (
        ["ask", "When was the mill built?"],
        ["backup", str(room / "backups" / "one.tar")],
    ):
        done = run_read_only(room, "-m", "bot", *words, writable=("backups", "tmp"))
        assert done.returncode == 0, done.stderr
    done = run_read_only(room, "-m", "bot", "index", "build", "--full", writable=("tmp",))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


# ---------------------------------------------------------------- systemd

NARROW = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "PrivateUsers": "yes",
    "ProtectKernelModules": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectControlGroups": "yes",
    "MemoryDenyWriteExecute": "yes",
    "CapabilityBoundingSet": "",
    "UMask": "0077",
}


@pytest.mark.parametrize("name", ["archivist.service", "archivist-backup.service"])
def test_a_unit_can_do_little(name: str) -> None:
    """It writes to its own folder alone, can't gain rights, and runs as a user of its own."""
    settings = dict(unit(name)["Service"])
    assert {key: settings.get(key) for key in NARROW} == NARROW
    assert settings["User"] == "archivist"
    assert settings["StateDirectory"].split()[0] == "archivist"


def test_the_unit_is_told_by_the_program_that_it_runs() -> None:
    """systemd waits for READY=1 and restarts what gives no sign of life: `bot.watchdog` tells it."""
    settings = dict(unit("archivist.service")["Service"])
    assert settings["Type"] == "notify"
    assert settings["WatchdogSec"]
    assert settings["Restart"] == "on-failure"
    assert (ROOT / "bot" / "watchdog.py").exists()


def test_the_token_is_in_no_unit() -> None:
    """It comes as a credential, in a file that the service alone can read."""
    text = (DEPLOY / "archivist.service").read_text(encoding="utf-8")
    assert "DISCORD_TOKEN_FILE=%d/discord-token" in text
    assert "LoadCredential=discord-token:" in text
    assert "DISCORD_TOKEN=" not in text


def test_the_timer_starts_a_unit_that_is_there() -> None:
    parser = ConfigParser()
    parser.read(DEPLOY / "archivist-backup.timer", encoding="utf-8")
    assert parser["Timer"]["Persistent"] == "yes"
    assert (DEPLOY / "archivist-backup.service").exists()


# ---------------------------------------------------------------- dependencies


def test_every_pinned_dependency_was_reviewed() -> None:
    """docs/dependencies.md has a row for each, with the version that is pinned."""
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"(?m)^\| ([A-Za-z0-9_.-]+) \| ([^|]+?) \|", page))
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    pinned: dict[str, list[str]] = {}
    for name, version in PINNED.findall(text):
        pinned.setdefault(name, []).append(version)
    assert {name: ", ".join(versions) for name, versions in pinned.items()} == {
        name: version for name, version in rows.items() if name in pinned
    }
    assert rows.keys() - {"package"} == pinned.keys()


def test_what_is_pinned_has_wheels_for_both_machines() -> None:
    """The hashes of each package with native code are of several files: one for each machine."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    for name in ("aiohttp", "lxml", "numpy", "pypdfium2", "rapidfuzz", "watchfiles"):
        [block] = re.findall(rf"(?ms)^{name}==.*?(?=^\S|\Z)", text)[:1]
        assert block.count("--hash") > 4, name

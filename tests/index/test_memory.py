"""What is free: of the machine and of the containers that a process runs in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from index.memory import free_memory
from tests.index.harbour import write

MACHINE = {"proc/meminfo": "MemTotal: 9000 kB\nMemAvailable:    2000 kB\nSwapFree: 0 kB\n"}
V1 = "sys/fs/cgroup/memory"


@pytest.mark.parametrize(
    ("files", "free"),
    [
        pytest.param({}, None, id="nobody tells"),
        pytest.param({"proc/meminfo": "MemTotal: 9 kB\nMemAvailable:\n"}, None, id="damaged"),
        pytest.param(MACHINE, 2_048_000, id="a machine"),
        pytest.param(
            {
                **MACHINE,
                "proc/self/cgroup": "0::/user/bot\n",
                "sys/fs/cgroup/user/bot/memory.max": "max\n",
                "sys/fs/cgroup/user/bot/memory.current": "700000\n",
                "sys/fs/cgroup/user/memory.max": "1000000\n",
                "sys/fs/cgroup/user/memory.current": "900000\n",
                "sys/fs/cgroup/user/memory.stat": "anon 5\ninactive_file 30000\n",
            },
            130_000,
            id="a group that another holds",
        ),
        pytest.param(
            {
                **MACHINE,
                "proc/self/cgroup": "9:cpu:/x\n4:hugetlb,memory:/docker/on-the-host\n",
                f"{V1}/memory.limit_in_bytes": "500000\n",
                f"{V1}/memory.usage_in_bytes": "400000\n",
                f"{V1}/memory.stat": "total_inactive_file 1000\n",
            },
            101_000,
            id="a container that can't see its own group",
        ),
        pytest.param(
            {
                **MACHINE,
                "proc/self/cgroup": "0::/\n",
                "sys/fs/cgroup/memory.max": "5000",
                "sys/fs/cgroup/memory.current": "6000",
            },
            0,
            id="more than its limit",
        ),
        pytest.param({**MACHINE, "proc/self/cgroup": "what\n\n:\n"}, 2_048_000, id="no groups"),
    ],
)
def test_the_least_that_is_left_counts(
    tmp_path: Path, files: Mapping[str, str], free: int | None
) -> None:
    """It is what the machine has left, or less where a container may take less."""
    write(tmp_path, files)
    assert free_memory(tmp_path) == free

"""Disks that are full or read-only, and bots of a test's own: fixtures of other folders."""

from __future__ import annotations

import pytest

from tests.index.test_full_disk import read_only, small_disk
from tests.scenarios.conftest import fresh_driver

__all__ = ["fresh_driver", "read_only", "small_disk"]

LOCAL = pytest.mark.parametrize("fresh_driver", ["local"], indirect=True)

"""Free memory is what the devices, the container or the machine report."""

from pathlib import Path
from unittest.mock import Mock

import jax
import pytest

from logreg_jax._engine import memory


def test_free_memory_is_that_of_the_devices_where_they_say():
    stats = {"bytes_limit": 1000, "bytes_in_use": 300, "peak_bytes_in_use": 900}
    device = Mock(spec=jax.Device, memory_stats=lambda: stats)
    assert memory.free_bytes([device]) == 700
    assert memory.free_bytes([device, device]) == 1400


@pytest.mark.skipif(not Path("/proc/meminfo").exists(), reason="only Linux has containers")
@pytest.mark.parametrize(
    ("files", "free"),
    [
        ({"max": "5000", "current": "4000", "stat": "anon 3000\ninactive_file 900\n"}, 1900),
        ({"max": "max", "current": "4000", "stat": "inactive_file 900\n"}, None),
        ({"max": str(2**60), "current": "0", "stat": "inactive_file 0\n"}, None),
        ({"current": "4000"}, None),
    ],
    ids=["limit", "no limit", "more than the machine", "no files"],
)
def test_a_container_has_no_more_memory_than_its_limit(files, free, tmp_path, monkeypatch):
    for name, text in files.items():
        (tmp_path / f"memory.{name}").write_text(text)
    monkeypatch.setattr(memory, "CGROUP", tmp_path)
    found = memory.free_bytes(jax.devices()[:1])
    assert found == free if free else 2**24 < found < 2**50


def test_this_machine_has_memory():
    assert 2**24 < memory.free_bytes(jax.devices()[:1]) < 2**50

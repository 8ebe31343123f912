"""The peak memory of this process, and counting it anew."""

import platform
import re
import resource
from pathlib import Path


def count_peak_anew() -> None:
    """Count the peak from now on; on Linux only."""
    # writing a 5 here resets the peak on Linux; elsewhere it is the peak of the whole process
    if platform.system() == "Linux":
        Path("/proc/self/clear_refs").write_text("5")


def resident_peak() -> int:
    """Peak resident memory, in bytes."""
    if platform.system() == "Linux":
        found = re.search(
            r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(errors="replace")
        )
        assert found is not None
        return int(found.group(1)) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # in bytes on macOS

"""`python -m benchmarks list | run | trace | report | semantics`."""

import sys

from benchmarks.exit_status import ExitStatus


def main(arguments: list[str] | None = None) -> int:
    """Run the command line, unless this Python lacks what it needs; the exit status."""
    try:
        from benchmarks.command_line import run
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.split(".")[0] == "benchmarks":
            raise
        print(
            f"got a Python ({sys.executable}) without the package {missing.name}; expected one with what "
            "the suite needs. `pip install '.[benchmarks]'` in the folder of the project installs that; "
            "scripts/run_all.sh without --no-install makes an environment of its own.",
            file=sys.stderr,
        )
        return ExitStatus.CANNOT_RUN
    return run(arguments)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:  # while modules are loaded, before anything is measured
        sys.exit(ExitStatus.SIGNALLED + 2)

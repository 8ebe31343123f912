"""What `pytest --benchmark-only` does: each (task, implementation) is one item of pytest.

The first item of a task measures all its implementations in turn; each item then hands its own
timings to pytest-benchmark. A plain `pytest` collects the tests, `pytest --benchmark-only` the
benchmarks.
"""

import shlex
import sys
from functools import partial
from pathlib import Path

import pytest

from benchmarks import ceilings, record, suite
from benchmarks.process import ROOT
from benchmarks.report.files import point_latest, write
from benchmarks.report.summary import show

SUITE = pytest.StashKey[suite.Suite]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("logreg_jax benchmarks")
    group.addoption("--quick", action="store_true", help="Short runs on embedded data.")
    group.addoption("--task", action="append", default=[], help="Run this task; repeatable.")
    group.addoption("--framework", action="append", default=[], help="Run this one; repeatable.")
    group.addoption("--data-dir", help="Where data sets lie; default: LOGREG_JAX_DATA.")
    group.addoption("--out", help="Folder of the results; default: results/<time>-<host>.")
    group.addoption("--timeout", type=float, default=600, help="Seconds one training may take.")


def pytest_configure(config: pytest.Config) -> None:
    if not _is_on(config):
        return
    try:
        suite.choose_pairs(config.option.task, config.option.framework, config.option.quick)
    except LookupError as error:
        raise pytest.UsageError(str(error.args[0])) from None
    config.option.out = Path(config.option.out or suite.default_out())
    # pytest-benchmark reads this option after us
    if config.option.benchmark_json is None:
        config.option.benchmark_json = str(config.option.out / record.FINISHED)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    if config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return None  # what the user names is collected
    unwanted = ROOT / ("tests" if _is_on(config) else "benchmarks")
    return True if collection_path.is_relative_to(unwanted) else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "measured" in metafunc.fixturenames:
        option = metafunc.config.option
        pairs = suite.choose_pairs(option.task, option.framework, option.quick)
        metafunc.parametrize(("task", "framework"), pairs)


@pytest.fixture(scope="session")
def measured(request: pytest.FixtureRequest) -> suite.Suite:
    """The run: `measured.row(task, framework)`."""
    config, option = request.config, request.config.option
    # only what was collected, so that `-k` narrows the rivals as well
    items = [item for item in request.session.items if "measured" in item.fixturenames]
    chosen = [item.callspec.params for item in items]
    selection = suite.Selection(
        tasks=tuple(dict.fromkeys(params["task"] for params in chosen)),
        frameworks=tuple(dict.fromkeys(params["framework"] for params in chosen)),
        quick=option.quick,
        data=suite.data_folder(option.data_dir),
        out=option.out,
        timeout=option.timeout,
        command=_command(),
    )
    option.out.mkdir(parents=True, exist_ok=True)
    run = config.stash[SUITE] = suite.Suite(selection, partial(_tell, config))
    _tell(config, "measuring what this machine can do at most")
    run.record.ceilings = ceilings.measure(option.quick)
    return run


def pytest_benchmark_update_json(config: pytest.Config, output_json: dict) -> None:
    if SUITE in config.stash:
        output_json[record.KEY] = config.stash[SUITE].record.as_dict()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    run = session.config.stash.get(SUITE, None)
    if run is None:
        return
    run.close()
    out = session.config.option.out
    if (out / record.FINISHED).exists():
        (out / record.PARTIAL).unlink(missing_ok=True)
    write(run.record, out)
    if out.parent == ROOT / "results":
        point_latest(out)


def pytest_terminal_summary(config: pytest.Config) -> None:
    run = config.stash.get(SUITE, None)
    if run is not None:
        show(run.record)
        print(f"results: {config.option.out}")


def _command() -> str:
    """What the user typed: `python -m benchmarks ...`, or `pytest ...`."""
    program = Path(sys.argv[0])
    name = "python -m benchmarks" if program.name == "__main__.py" else program.name
    return f"{name} {shlex.join(sys.argv[1:])}".strip()


def _is_on(config: pytest.Config) -> bool:
    return config.getoption("--benchmark-only", default=False)


def _tell(config: pytest.Config, text: str, end: str = "\n") -> None:
    capture = config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print(text, end=end, file=sys.stderr, flush=True)

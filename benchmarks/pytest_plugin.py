"""What `pytest --benchmark-only` does: each row of a run is one item of pytest.

A plain `pytest` collects the tests, `pytest --benchmark-only` the rows. The first row that is asked for
measures all rows of its task, as `python -m benchmarks run` does; each item then hands its finished rounds
to pytest-benchmark.
"""

import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from benchmarks import options, results, selection
from benchmarks.environments import Environments, choose_environments
from benchmarks.exit_status import CannotRun, NotStored
from benchmarks.registry import ROOT
from benchmarks.report import terminal
from benchmarks.report.encodings import write_any_text
from benchmarks.report.progress import PlainLog
from benchmarks.selection import Selection
from benchmarks.session import Session
from benchmarks.storage.interruptions import signals_raise

SESSION = pytest.StashKey[Session]()
NOT_STORED = pytest.StashKey[str]()

WITHOUT_PLUGIN = (
    "got a pytest without the plugin pytest-benchmark; expected it, since rows are its items. Leave out "
    "`-p no:benchmark`, or use `python -m benchmarks run`."
)


class FinishedRounds:
    """A timer for pytest-benchmark that replays the durations of rounds that are over.

    pytest-benchmark reads its timer before and after a round, and takes no durations.
    """

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        """Let a round take as long as it did."""
        self.now += seconds


class UncapturedLog(PlainLog):
    """Lines that pytest does not keep until the end of a test, which may last for minutes."""

    def __init__(self, config: pytest.Config):
        super().__init__()
        self._capture = config.pluginmanager.getplugin("capturemanager")

    def __call__(self, text: str) -> None:
        with self._capture.global_and_fixture_disabled():
            super().__call__(text)


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    group = parser.getgroup("logreg_jax benchmarks")
    if pluginmanager.is_blocked("benchmark"):
        group.addoption("--benchmark-only", action="store_true", help="needs pytest-benchmark")
    for option in options.RUN:
        if option is options.ENVIRONMENT:
            continue  # an item is an implementation, and its other rows would have none
        name = f"--{options.PREFIX}{option.name}"
        group.addoption(name, dest=_field(option), help=option.help, **option.settings)


def pytest_configure(config: pytest.Config) -> None:
    if _is_on(config):
        if not config.pluginmanager.hasplugin("benchmark"):
            raise pytest.UsageError(WITHOUT_PLUGIN)
        try:
            _pairs(config)
            _environments(config)
            options.existing_data_folder(_option(config, options.DATA_DIR))
        except CannotRun as error:
            raise pytest.UsageError(str(error)) from None


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    if config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return None  # what the user names is collected
    unwanted = ROOT / ("tests" if _is_on(config) else "benchmarks")
    return True if collection_path.is_relative_to(unwanted) else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "session_of_rows" in metafunc.fixturenames:
        if not metafunc.config.pluginmanager.hasplugin("benchmark"):
            raise pytest.Collector.CollectError(WITHOUT_PLUGIN)
        items = [
            pytest.param(
                task, name, marks=pytest.mark.benchmark(timer=FinishedRounds(), group=task)
            )
            for task, names in _pairs(metafunc.config).items()
            for name in names
        ]
        metafunc.parametrize(("task", "implementation"), items)


@pytest.fixture(scope="session")
def session_of_rows(request: pytest.FixtureRequest) -> Iterator[Session]:
    """The run: `session_of_rows.rows(task)`."""
    config = request.config
    # only what was collected, so that `-k` narrows the rivals as well
    pairs: dict[str, tuple[str, ...]] = {}
    for item in request.session.items:
        if isinstance(item, pytest.Function) and "session_of_rows" in item.fixturenames:
            params: Mapping[str, Any] = item.callspec.params
            pairs[params["task"]] = (*pairs.get(params["task"], ()), params["implementation"])
    chosen = Selection(
        pairs=pairs,
        quick=_option(config, options.QUICK),
        data=options.existing_data_folder(_option(config, options.DATA_DIR)),
        out=options.out_folder(_option(config, options.OUT)),
        timeout=_option(config, options.TIMEOUT),
        command=f"pytest {shlex.join(sys.argv[1:])}",
        load_limit=_option(config, options.LOAD_LIMIT),
        seconds=options.budget_seconds(
            _option(config, options.BUDGET), _option(config, options.QUICK)
        ),
        environments=_environments(config),
    )
    try:
        session = Session(chosen, UncapturedLog(config))
    except CannotRun as error:  # for all rows alike: an error of each would say it again and again
        pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)
    config.stash[SESSION] = session
    with signals_raise():
        yield session


@pytest.hookimpl(optionalhook=True)
def pytest_benchmark_update_json(config: pytest.Config, output_json: dict[str, Any]) -> None:
    if SESSION in config.stash:
        output_json[results.KEY] = config.stash[SESSION].record.as_dict()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    run = session.config.stash.get(SESSION, None)
    if run is None:
        return
    try:
        with run:
            if exitstatus == pytest.ExitCode.INTERRUPTED:
                run.keep()
            else:
                run.finish()
    except NotStored as error:
        session.config.stash[NOT_STORED] = str(error)
        session.exitstatus = pytest.ExitCode.INTERNAL_ERROR


def pytest_terminal_summary(config: pytest.Config) -> None:
    run = config.stash.get(SESSION, None)
    if run is not None and run.record.rows:
        write_any_text(sys.stdout)
        terminal.show(run.record)
        print(config.stash.get(NOT_STORED, f"results: {run.selection.out}"))
        if run.folder.earlier is not None:
            print(f"the results that were there before: {run.folder.earlier}")


def _pairs(config: pytest.Config) -> dict[str, tuple[str, ...]]:
    return selection.choose_pairs(
        _option(config, options.TASK),
        _option(config, options.IMPLEMENTATION),
        _option(config, options.QUICK),
    )


def _environments(config: pytest.Config) -> Environments:
    return choose_environments(_option(config, options.PYTHON), ())


def _field(option: options.Option) -> str:
    return f"{options.PREFIX}{option.name}".replace("-", "_")


def _option(config: pytest.Config, option: options.Option) -> Any:
    return config.getoption(_field(option))


def _is_on(config: pytest.Config) -> bool:
    return bool(config.getoption("--benchmark-only", default=False))

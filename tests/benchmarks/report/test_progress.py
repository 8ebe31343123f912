"""The log of a run, in a file and on a terminal."""

import io

import pytest
from rich.console import Console

from benchmarks.report import progress
from benchmarks.report.progress import LiveLog, PlainLog


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]

    def wait(seconds):
        now[0] += seconds

    monkeypatch.setattr(progress, "monotonic", lambda: now[0])
    return wait


def test_a_plain_log_tells_what_is_done_only_after_a_silence(clock):
    stream = io.StringIO()
    log = PlainLog(stream)
    with log:
        log.stage(1, 2, "first: why", left=600.0)
        log.now("proving jax_scan")
        log("  1/1 jax_scan")
        clock(progress.SILENCE)
        log.now("round 1 of jax_scan")
        log.now("round 2 of jax_scan")
        log.stage(2, 2, "second: why", left=300.0)
    assert stream.getvalue().splitlines() == [
        "[1/2] first: why",
        "  1/1 jax_scan",
        "  round 1 of jax_scan",
        "[2/2] second: why (5 minutes left)",
    ]


def terminal(width=80):
    return Console(file=io.StringIO(), force_terminal=True, width=width, color_system=None)


def test_a_terminal_shows_the_moment_and_the_time_that_is_left(clock):
    console = terminal()
    with LiveLog(console) as log:
        log.stage(3, 9, "digits_adam: why", left=600.0)
        log.now("round 2 of jax_scan, tf_xla, torch_compile, torch_eager, numpy_float32")
        log("  jax_scan [red]is[/red] the fastest")
    shown = console.file.getvalue()
    assert "[3/9] digits_adam: why" in shown
    assert "round 2 of jax_scan" in shown
    assert "10 min left" in shown
    assert "[red]is[/red]" in shown  # text of other programs is no markup


def test_the_line_of_a_terminal_fits(clock):
    console = terminal()
    with LiveLog(console) as log:
        log.stage(1, 1, "task", left=6000.0)
        log.now("x" * 200)
        clock(4000.0)
        assert console.measure(log._bar.get_renderable()).maximum <= 80


def test_nothing_draws_while_nothing_is_told():
    with LiveLog(terminal()) as log:
        assert log._bar.live.auto_refresh is False


def test_a_run_without_a_terminal_has_a_plain_log(capsys):
    assert isinstance(progress.progress(), PlainLog)

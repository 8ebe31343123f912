"""Signals that end a run are exceptions, and wait while results are written."""

import os
import signal
import threading

import pytest

from benchmarks.storage.interruptions import SIGNALS, Interrupted, held_back, signals_raise


@pytest.fixture(autouse=True)
def default_handlers(monkeypatch):
    """Tests that run in the background of a shell ignore Ctrl-C."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def arrive(number):
    os.kill(os.getpid(), number)


def arrive_for(number):
    """The signal arrives, and nothing after it happens."""
    with signals_raise():
        arrive(number)
        pytest.fail("the signal had no effect")


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_is_an_exception_that_names_it(number):
    with pytest.raises(Interrupted) as raised:
        arrive_for(number)
    assert raised.value.signal == number
    assert isinstance(raised.value, KeyboardInterrupt)


@pytest.mark.parametrize("number", SIGNALS)
def test_it_waits_for_the_end_of_what_must_not_be_interrupted(number):
    done = []

    def write():
        with signals_raise():
            with held_back():
                arrive(number)
                with held_back():
                    arrive(number)
                done.append("written")
            done.append("gone on")

    with pytest.raises(Interrupted):
        write()
    assert done == ["written"]


def test_what_was_there_before_is_there_again():
    before = [signal.getsignal(number) for number in SIGNALS]
    with signals_raise(), held_back():
        pass
    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_what_is_ignored_stays_ignored():
    """As under nohup, which is there so that a run goes on when its terminal is closed."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with signals_raise(), held_back():
        arrive(signal.SIGHUP)


def test_an_error_inside_is_not_hidden_by_waiting():
    with pytest.raises(ZeroDivisionError), held_back():
        raise ZeroDivisionError


def test_other_threads_get_no_signals_and_need_nothing():
    entered = []

    def enter():
        with signals_raise(), held_back():
            entered.append(True)

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert entered == [True]

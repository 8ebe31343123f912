"""The connection of a worker: requests are answered until the client is gone, and then the process ends."""

import os
import select
import signal
import traceback
from multiprocessing.connection import Connection
from time import sleep
from typing import Any

from benchmarks.workers.messages import Answer, Unsupported

GRACE = 1.0
"""Seconds that a worker without a client gets to end by itself before it is killed."""


def serve(connection: Connection, host: object) -> None:
    """Answer requests until the client closes the connection."""
    while True:
        try:
            name, arguments = connection.recv()
        except EOFError:
            return
        answer: tuple[Answer, Any]
        try:
            answer = (Answer.DONE, getattr(host, name)(*arguments))
        except Unsupported as reason:
            answer = (Answer.UNSUPPORTED, str(reason))
        except Exception as error:
            traceback.print_exc()  # the traceback goes to the worker's log
            answer = (Answer.ERROR, f"{type(error).__name__}: {error}".strip())
        connection.send(answer)


def end_with_client(connection: Connection) -> None:
    """Wait until the client is gone; then end this process and all that it has started.

    An idle worker ends when it finds its connection closed. One that is busy would go on for minutes after
    its client was killed.
    """
    watched = select.poll()
    watched.register(connection.fileno(), 0)  # only whether the other end is there
    watched.poll()
    sleep(GRACE)
    # a group of its own, since it was started in a session of its own
    os.killpg(os.getpid(), signal.SIGKILL)

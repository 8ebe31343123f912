"""The workers of a run, one per implementation."""

import sys
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from benchmarks.contract import program_and_variant
from benchmarks.workers.host import Host
from benchmarks.workers.worker import Worker, WorkerError


class Pool:
    """Workers that are started when they are first needed, and restarted if they have ended.

    Args:
        folder: folder for their logs and compilation caches.
        timeout: seconds that one request may take.
        python: returns the Python of a row of `frameworks`, from its name; by default that of this process.
    """

    def __init__(
        self,
        folder: Path,
        timeout: float,
        python: Callable[[str], str] = lambda row: sys.executable,
    ):
        self.folder, self.timeout, self._python = folder, timeout, python
        self._workers: dict[tuple[str, str], Worker] = {}
        self._lock, self._is_closed = Lock(), False

    def worker(self, name: str, package: str = "frameworks") -> Worker:
        """The worker of an implementation, with the implementation loaded.

        The name is that of a row: each variant of an implementation has a process of its own.

        Raises:
            WorkerError: if its process cannot be started or the implementation cannot be imported.
        """
        key = package, name
        if key not in self._workers or not self._workers[key].is_alive:
            worker = self._start(key)
            try:
                worker.loaded = worker.ask(Host.load)
            except WorkerError:
                worker.close()
                raise
        return self._workers[key]

    def _start(self, key: tuple[str, str]) -> Worker:
        package, row = key
        name, _ = program_and_variant(row)
        python = self._python(row) if package == "frameworks" else sys.executable
        # `close` may be called while another thread starts a worker, and then has to find or to prevent it
        with self._lock:
            if self._is_closed:
                raise WorkerError("its process is not started any more: the run is over")
            try:
                worker = Worker(name, self._folder(python), self.timeout, package, python)
            except OSError as error:
                reason = f"its process cannot be started: {error.strerror or error}"
                raise WorkerError(reason) from None
            self._workers[key] = worker
            return worker

    def _folder(self, python: str) -> Path:
        """Folder for logs and caches: what one environment compiles another may not be able to read."""
        if python == sys.executable:
            return self.folder
        folder = self.folder / python.strip("/").replace("/", ".")
        folder.mkdir(exist_ok=True)
        return folder

    def restart(self, name: str, package: str = "frameworks") -> Worker:
        """As `worker`, in a new process; the one before it is ended.

        Raises:
            WorkerError: as `worker`.
        """
        before = self._workers.pop((package, name), None)
        if before is not None:
            before.close()
        return self.worker(name, package)

    def processes(self) -> list[int]:
        """Process numbers of the workers that are alive; each leads a session of its own."""
        workers = list(self._workers.values())
        return [worker.process.pid for worker in workers if worker.is_alive]

    def close(self) -> None:
        """End all workers, and start no more."""
        with self._lock:
            self._is_closed = True
        for worker in list(self._workers.values()):
            worker.close()

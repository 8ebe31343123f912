"""The workers of a run, one per implementation."""

from pathlib import Path

from benchmarks.contract import AGAIN
from benchmarks.workers.host import Host
from benchmarks.workers.worker import Worker, WorkerError


class Pool:
    """Workers that are started when they are first needed, and restarted if they have ended.

    Args:
        folder: folder for their logs and compilation caches.
        timeout: seconds that one request may take.
    """

    def __init__(self, folder: Path, timeout: float):
        self.folder, self.timeout = folder, timeout
        self._workers: dict[tuple[str, str], Worker] = {}

    def worker(self, name: str, package: str = "frameworks") -> Worker:
        """The worker of an implementation, with the implementation loaded.

        A name that ends with `AGAIN` is that of a second process of the same implementation.

        Raises:
            WorkerError: if its process cannot be started or the implementation cannot be imported.
        """
        key = package, name
        if key not in self._workers or not self._workers[key].is_alive:
            try:
                worker = Worker(name.removesuffix(AGAIN), self.folder, self.timeout, package)
            except OSError as error:
                reason = f"its process cannot be started: {error.strerror or error}"
                raise WorkerError(reason) from None
            try:
                worker.loaded = worker.ask(Host.load)
            except WorkerError:
                worker.close()
                raise
            self._workers[key] = worker
        return self._workers[key]

    def restart(self, name: str, package: str = "frameworks") -> Worker:
        """As `worker`, in a new process; the one before it is ended.

        Raises:
            WorkerError: as `worker`.
        """
        before = self._workers.pop((package, name), None)
        if before is not None:
            before.close()
        return self.worker(name, package)

    def close(self) -> None:
        """End all workers."""
        for worker in self._workers.values():
            worker.close()

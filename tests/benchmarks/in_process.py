"""Workers without processes, for implementations that are wrong, die or hang on purpose."""

import time

from benchmarks.workers.host import Host
from benchmarks.workers.messages import Loaded
from benchmarks.workers.worker import WorkerError


class InProcess:
    """A worker that asks its own host."""

    def __init__(self, module):
        self.host = Host("toys", "toy", module)
        self.loaded = Loaded(module.LIBRARY, 0.0)

    def processor_seconds(self):
        return time.process_time()

    def ask(self, request, *arguments, within=None):
        try:
            return request(self.host, *arguments)
        except (ValueError, RuntimeError) as error:
            raise WorkerError(str(error)) from None


class Pool:
    """Workers by name, one for each of `modules`."""

    def __init__(self, **modules):
        self.workers = {name: InProcess(module) for name, module in modules.items()}

    def worker(self, name, package="frameworks"):
        return self.workers[name]

    def restart(self, name, package="frameworks"):
        """A worker of the same module, without the state of the one before."""
        self.workers[name] = InProcess(self.workers[name].host.module)
        return self.workers[name]

    def processes(self):
        return []

    def close(self):
        """There is nothing to end."""


class Silent:
    """A log of nothing."""

    def __call__(self, text):
        pass

    def now(self, text):
        pass

    def stage(self, number, of, text, left):
        pass


silent = Silent()

"""Workers without processes, for implementations that are wrong, die or hang on purpose."""

from benchmarks.process import WorkerError
from benchmarks.worker import Session


class InProcess:
    """A worker that asks its own session."""

    def __init__(self, module):
        self.session = Session("toy", module)

    def ask(self, request, *arguments, within=None):
        if request is Session.load:
            return {"library": self.session.module.LIBRARY, "seconds": 0.0}
        try:
            return request(self.session, *arguments)
        except (ValueError, RuntimeError) as error:
            raise WorkerError(str(error)) from None


class Pool:
    """Workers by name, one for each of `modules`."""

    def __init__(self, **modules):
        self.workers = {name: InProcess(module) for name, module in modules.items()}

    def worker(self, name):
        found = self.workers[name]
        return found, found.ask(Session.load)


def silent(text, end="\n"):
    """Tell nobody."""

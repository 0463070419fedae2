"""Many notebooks, each in a process of its own that is forked from one which has loaded everything.

What a notebook costs beside its own work, a kernel, imports and tables, is so paid once a run.
Where the system cannot fork well (not Linux) every notebook has an ordinary kernel instead; the
results are the same, byte for byte.
"""

from __future__ import annotations

import functools
import gc
import importlib
import multiprocessing
import os
import pkgutil
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import redirect_stderr, redirect_stdout, suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import SimpleNamespace

import matplotlib
import nbformat
import pandas as pd
from ipykernel.inprocess.blocking import BlockingInProcessKernelClient
from ipykernel.inprocess.ipkernel import InProcessKernel
from ipykernel.inprocess.manager import InProcessKernelManager
from matplotlib import pyplot
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from nbclient import NotebookClient

from helpers import claims, data, explore, report, themes
from helpers.explore import alive as explorer
from helpers.reproduce import pages, running
from helpers.reproduce.running import CELL_TIMEOUT, Job, Result
from helpers.typeset import alive

FORKS = sys.platform == "linux"
TABLE = nbformat.v4.new_output("display_data", {"text/html": "<table><td>1 &lt; 2</td></table>"})
Finish = Callable[[Result], Result]


class Kernel(InProcessKernel):
    """A kernel in this process. It is asked whether a cell that awaits can be interrupted: no."""

    shell_channel_thread = SimpleNamespace(parent_thread=None)
    _supports_kernel_subshells = False


class Client(BlockingInProcessKernelClient):
    """Asks a kernel in this process; what is asked is done before the answer is looked for."""

    asked: dict

    def _dispatch_to_kernel(self, msg):
        self.asked = msg

    async def execute(self, code, **options):
        return await self._answered(super().execute(code, **options))

    async def kernel_info(self):
        return await self._answered(super().kernel_info())

    async def _answered(self, name):
        stream = self.kernel.shell_stream
        self.session.send(stream, self.asked)
        await self.kernel.dispatch_shell(stream.recv_multipart())
        self.shell_channel.call_handlers(self.session.recv(stream, copy=False)[1])
        return name


async def here(client: NotebookClient, runtime: Path, tell: Callable[[int], None]) -> None:
    """Run a client's notebook in this process, which is to be its own, in a kernel without sockets.

    `tell` hears the index of each cell before it runs. One that takes too long ends the process.
    """

    def begin(cell, cell_index):
        tell(cell_index)
        signal.alarm(CELL_TIMEOUT)

    pd.set_option("display.max_columns", 20)  # as pandas has it when a kernel imports it
    os.environ |= running.surroundings(runtime)
    os.chdir(client.resources["metadata"]["path"])
    sys.path.append("")
    client.km = InProcessKernelManager()
    client.km.kernel = Kernel(parent=client.km, session=client.km.session)
    matplotlib.rc_file_defaults()  # whatever was drawn before the fork
    # pyplot takes its backend when it is first used, from what was set when it was imported
    pyplot.rcParams["backend"] = os.environ["MPLBACKEND"]
    pyplot.switch_backend(os.environ["MPLBACKEND"])
    client.kc = Client(kernel=client.km.kernel, session=client.km.session)
    client.kc.allow_stdin = False
    client.kc.start_channels()
    client.owns_km = False
    client.on_cell_execute = begin
    kernel = client.km.kernel
    with redirect_stdout(kernel.stdout), redirect_stderr(kernel.stderr):
        await client.async_execute()
    signal.alarm(0)


def warm(explorers: int = 0) -> None:
    """Load and work out here what most notebooks need, and where several pages have the explorer
    what it holds alike in each; nothing that changes a result.
    """
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")  # ipykernel's debugger would warn
    importlib.import_module("ipykernel.debugger")
    for module in pkgutil.iter_modules(themes.__path__):
        importlib.import_module(f"helpers.themes.{module.name}")
    with suppress(data.DataError):  # a notebook that meets it says so
        for name in data.FILES:
            data.load(name)
        claims.ledger(report.FORCE)
        if explorers > 1:
            explore.files()
            explorer.records()
            alive.scripts()
    cells = [
        nbformat.v4.new_markdown_cell("# One"),
        nbformat.v4.new_code_cell("2", outputs=[TABLE]),
    ]
    pages.inside(Result(Path("warm"), nbformat.v4.new_notebook(cells=cells), ""))
    axes = FigureCanvasAgg(Figure()).figure.subplots()  # not by pyplot: that is each kernel's own
    axes.set_title("fonts", fontweight="bold")
    axes.figure.canvas.draw()
    gc.collect()
    gc.freeze()  # pages that a child would copy when it collects


def _child(job: Job, finish: Finish, answer: Connection) -> None:
    os.setpgrp()  # an interrupt reaches the parent only, which ends its children
    threading.Thread(target=_end_with_parent, daemon=True).start()
    kernel = functools.partial(here, tell=answer.send)
    answer.send(finish(running.execute(job, kernel)))


def _end_with_parent() -> None:
    multiprocessing.parent_process().join()
    os._exit(1)


def _forked(jobs: list[Job], workers: int, finish: Finish) -> Iterator[tuple[Job, Result]]:
    context, waiting, at_work = multiprocessing.get_context("fork"), jobs[::-1], {}
    try:
        while waiting or at_work:
            while waiting and len(at_work) < workers:
                job = waiting.pop()
                answer, own_end = context.Pipe(duplex=False)
                process = context.Process(target=_child, args=(job, finish, own_end))
                with warnings.catch_warnings():  # of other threads: a library's, idle
                    warnings.simplefilter("ignore", DeprecationWarning)
                    process.start()
                own_end.close()
                at_work[answer] = job, process, 0
            for answer in wait([*at_work]):
                job, process, _ = at_work[answer]
                told = _told(answer, process)
                if isinstance(told, int):  # the cell that it comes to
                    at_work[answer] = job, process, told
                    continue
                result = told or _died(job, process, at_work[answer][2])
                del at_work[answer]
                yield job, result
    finally:
        for _, process, _ in at_work.values():
            process.kill()
            process.join()


def _told(answer: Connection, process) -> int | Result | None:
    """What a child says: a cell's index, at its end the result; None where it died before."""
    try:
        said = answer.recv()
    except EOFError:
        said = None
    if not isinstance(said, int):
        answer.close()
        process.join()
    return said


def _died(job: Job, process, index: int) -> Result:
    number = running.numbers(nbformat.read(job.path, as_version=4), job.force)[index]
    why = f"its process ended with status {process.exitcode}"
    if process.exitcode == -signal.SIGALRM:
        why = f"took more than {CELL_TIMEOUT} seconds"
    error = f"{job.path.name}, cell {number}: {why}"
    return Result(job.path, nbformat.v4.new_notebook(), error)


def _side_by_side(jobs: list[Job], workers: int, finish: Finish) -> Iterator[tuple[Job, Result]]:
    with ThreadPoolExecutor(workers) as pool:
        begun = {pool.submit(lambda job=job: finish(running.execute(job))): job for job in jobs}
        for done in as_completed(begun):
            yield begun[done], done.result()


def run(jobs: list[Job], workers: int, finish: Finish = lambda result: result):
    """Run notebooks, several at a time; each with its result as it ends, brought to an end by
    `finish` where it ran.
    """
    if not FORKS:
        yield from _side_by_side(jobs, workers, finish)
        return
    warm(sum(hasattr(pages.theme(job.path), "attached") for job in jobs))
    try:
        yield from _forked(jobs, workers, finish)
    finally:
        gc.unfreeze()  # what is frozen when Python ends, some libraries call leaked

"""Kernels for nbval, each in a process of its own that is forked from one with the imports done.

The server they are forked from has run nothing: no notebook, no test. Where the system cannot fork
well nbval starts its ordinary kernels.
"""

import multiprocessing
import os
import sys
import time
from pathlib import Path

import pytest

BACKEND = "module://matplotlib_inline.backend_inline"  # what ipykernel sets, seen by the imports
LOADED = ["ipykernel.kernelapp", "helpers.charts", "helpers.claims", "helpers.exhibits"]


def serve(folder, environment, arguments):
    """Be the kernel."""
    os.setsid()  # Jupyter signals the whole group of a kernel
    import pandas as pd
    from ipykernel.kernelapp import launch_new_instance

    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.path.insert(0, "")
    pd.set_option("display.max_columns", 20)  # as pandas has it when a kernel imports it
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 2)
    sys.argv = ["ipykernel_launcher", *arguments]
    launch_new_instance(argv=arguments)


class Forked:
    """A forked kernel, as Jupyter's client asks of a process."""

    stdin = stdout = stderr = None

    def __init__(self, arguments, cwd, env):
        context = multiprocessing.get_context("forkserver")
        os.environ["MPLBACKEND"] = BACKEND
        context.set_forkserver_preload(LOADED)
        self.process = context.Process(target=serve, args=(cwd, env, arguments), daemon=True)
        self.process.start()
        os.environ.pop("MPLBACKEND")
        self.pid = self.process.pid
        while self.poll() is None and os.getpgid(self.pid) != self.pid:
            time.sleep(0.01)  # until it has a group of its own

    def poll(self):
        return self.process.exitcode

    def wait(self, timeout=None):
        self.process.join(timeout)
        return self.process.exitcode

    def send_signal(self, signum):
        if self.poll() is None:
            os.kill(self.pid, signum)

    def kill(self):
        self.process.kill()

    def terminate(self):
        self.process.terminate()


def launch(command, cwd=None, env=None, **_):
    """Jupyter's `launch_kernel`: what stands after `-m ipykernel_launcher` is the kernel's."""
    arguments = command[command.index("ipykernel_launcher") + 1 :]
    return Forked(arguments, cwd or Path.cwd(), dict(os.environ if env is None else env))


def use():
    """Have nbval, and it alone, start its kernels here."""
    from jupyter_client.provisioning import local_provisioner
    from nbval import kernel

    ordinary = kernel.start_new_kernel

    def start(*args, **options):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(local_provisioner, "launch_kernel", launch)
            return ordinary(*args, **options)

    kernel.start_new_kernel = start

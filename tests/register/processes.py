"""Run functions in forked processes at the same time, as Airflow runs tasks."""

import multiprocessing
import os
import traceback
from collections.abc import Callable, Sequence


def at_once(tasks: Sequence[Callable[[], None]]) -> None:
    """Fork one process a task, let all start together, and fail unless each ends well."""
    context = multiprocessing.get_context("fork")
    gate = context.Barrier(len(tasks))
    children = [_fork(lambda task=task: (gate.wait(60), task())) for task in tasks]
    codes = [os.waitpid(child, 0)[1] for child in children]
    assert codes == [0] * len(tasks)


def _fork(work: Callable[[], object]) -> int:
    child = os.fork()
    if child:
        return child
    try:
        work()
    except BaseException:
        # Straight to the descriptor: what is buffered would be lost with the process.
        os.write(2, traceback.format_exc().encode())
        os._exit(1)
    os._exit(0)

"""A limit to waiting for a destination: a mount or a server that hangs gives no error, ever."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def within(seconds: float, act: Callable[[], T]) -> T:
    """Return what `act` returns, or raise what it raises.

    Raise TimeoutError when it takes longer than `seconds`. Nothing can end it then: it is left alone in its thread,
    which does not keep the process from ending.
    """
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(act())
        except BaseException as err:  # handed to the waiting thread, which raises it
            done.set_exception(err)

    threading.Thread(target=run, daemon=True, name="cadangan-patience").start()
    try:
        return done.result(seconds)
    except TimeoutError as err:
        if done.done():
            raise
        raise TimeoutError(f"no answer within {seconds:g} s") from err

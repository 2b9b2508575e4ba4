"""Hold a stream to a bandwidth, so that a night's back-ups leave room on the line for others."""

import time
from collections.abc import Callable

_SLICE_SECONDS = 0.2


class Pace:
    """Lets bytes pass at no more than a rate, on average from its first byte on.

    :param megabytes: a second; None for no limit.
    """

    def __init__(self, megabytes: float | None) -> None:
        self._rate = megabytes * 1e6 if megabytes else None
        self._began: float | None = None
        self._passed = 0

    def hold(self, size: int, alive: Callable[[], bool]) -> None:
        """Wait until `size` further bytes may have passed.

        :param alive: asked again and again meanwhile; the waiting ends when it says no.
        """
        if self._rate is None:
            return
        self._began = self._began or time.monotonic()
        self._passed += size
        due = self._began + self._passed / self._rate
        while (ahead := due - time.monotonic()) > 0 and alive():
            time.sleep(min(ahead, _SLICE_SECONDS))

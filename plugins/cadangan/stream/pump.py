"""Read a program's output once, seal it (zstd, then age), digest what is stored and write it to every copy.

One thread reads and seals: measured, it costs the least, because zstd compresses in threads of its own meanwhile. Each
copy has a thread that writes it. The calling thread watches: it reports progress and ends a dump whose program gives
no byte any more.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cadangan.config.policies import StreamPolicy
from cadangan.errors import CopyFailed, SourceStalled
from cadangan.stream import age
from cadangan.stream.lanes import Sink
from cadangan.stream.pace import Pace
from cadangan.stream.seal import Compressed, Copies, Flow, Source

log = logging.getLogger(__name__)
_TICK_SECONDS = 0.25
_END_SECONDS = 3.0


@dataclass(frozen=True)
class Streamed:
    """What went through, before compression (raw) and as it is stored: lengths and SHA-256 in lower-case hex.

    :param lost: why copies were given up that were not needed.
    """

    raw_bytes: int
    raw_sha256: str
    stored_bytes: int
    sha256: str
    lost: tuple[CopyFailed, ...] = ()


@dataclass(frozen=True)
class Progress:
    """How far a dump is.

    :param raw_bytes: bytes read from the source so far.
    :param rate: bytes a second since the last report.
    :param share: of the predicted size, 0 to 1 and more; None without a prediction.
    """

    raw_bytes: int
    rate: float
    share: float | None


OnProgress = Callable[[Progress], None]


def pump(  # noqa: PLR0917 - what goes in, where to, how
    source: Source,
    copies: Sequence[Sink],
    policy: StreamPolicy,
    predicted_bytes: int,
    on_progress: OnProgress,
    needed: int = 1,
) -> Streamed:
    """Carry the whole output of `source` into `copies`, close them, and return what was written.

    A copy that cannot be written, flushed, synced or closed, or takes nothing for `policy.idle_timeout` seconds, is
    lost; the others go on as long as there are `needed` of them. An exception from `on_progress` ends the dump. Raise
    SourceFailed when the program ends badly or its output cannot be read, SourceStalled when it gives nothing for
    `policy.idle_timeout` seconds, CopyFailed when too few copies are left. The copies are not to be used after any of
    them.
    """
    worker = _Worker(source, copies, policy, needed)
    worker.start()
    try:
        _watch(worker, policy, _Reporter(worker.flow, predicted_bytes, on_progress))
    except BaseException:
        worker.flow.cancelled = True
        source.process.end()
        if not worker.ended.wait(_END_SECONDS):
            log.warning("The dump was given up while %s still blocks", worker.flow.place)
        raise
    return worker.result()


def _watch(worker: "_Worker", policy: StreamPolicy, reporter: "_Reporter") -> None:
    next_report = time.monotonic() + policy.progress_every
    while not worker.ended.wait(min(_TICK_SECONDS, policy.progress_every)):
        now = time.monotonic()
        # For the copies there is patience of their own.
        if worker.flow.at_source and now - worker.flow.moved_at > policy.idle_timeout:
            raise _stalled(worker.flow.place, policy.idle_timeout)
        if now >= next_report:
            next_report = now + policy.progress_every
            reporter.report()
    if worker.fault is None:
        reporter.report()


def _stalled(program: str, idle_timeout: float) -> SourceStalled:
    return SourceStalled(
        f"{program} gave no byte for {idle_timeout:g} s and was ended. Look for locks and load on the "
        "server, then clear the task; raise stream.idle_timeout if it needs longer."
    )


class _Reporter:
    def __init__(self, flow: Flow, predicted_bytes: int, on_progress: OnProgress) -> None:
        self._flow = flow
        self._predicted = predicted_bytes
        self._tell = on_progress
        self._last = (0, time.monotonic())

    def report(self) -> None:
        size, now = self._flow.raw_bytes, time.monotonic()
        rate = (size - self._last[0]) / max(now - self._last[1], 1e-9)
        self._last = (size, now)
        self._tell(Progress(size, rate, size / self._predicted if self._predicted > 0 else None))


class _Worker:
    """The thread through which the bytes go."""

    def __init__(self, source: Source, copies: Sequence[Sink], policy: StreamPolicy, needed: int) -> None:
        self.flow = Flow(source.process.program)
        self.ended = threading.Event()
        self.fault: BaseException | None = None
        self._compressed = Compressed(source, policy.level, policy.threads, self.flow)
        self._copies = Copies(copies, self.flow, needed, policy.idle_timeout, Pace(policy.bandwidth))
        self._recipients = policy.recipients
        # A daemon: a copy that blocks for ever must not keep the process from ending.
        self._thread = threading.Thread(target=self._run, name="cadangan-pump", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def _run(self) -> None:
        try:
            age.encrypt(self._compressed, self._copies, self._recipients)
            self._copies.close()
        except BaseException as err:  # handed to the watching thread, which raises it
            # What the ends of the stream raised reaches us as a text only; the flow keeps the exception itself.
            self.fault = self.flow.fault or err
            self._copies.abandon()
        finally:
            self._compressed.release()
            self.ended.set()

    def result(self) -> Streamed:
        if self.fault is not None:
            raise self.fault
        copies = self._copies
        return Streamed(self.flow.raw_bytes, self._compressed.raw_sha256(), copies.size, copies.sha256(), copies.lost())

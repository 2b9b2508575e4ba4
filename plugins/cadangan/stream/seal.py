"""The two ends that age's encryption reads from and writes to: compression before it, the copies behind it."""

import hashlib
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cadangan.errors import CadanganError, CopyFailed, SourceFailed
from cadangan.hosts.host import Process
from cadangan.stream.lanes import Lane, Sink
from cadangan.stream.pace import Pace
from cadangan.stream.packing import Compressing, Packing, Passing

_CHUNK = 1024 * 1024


class Watcher(Protocol):
    """Looks at the raw bytes while they pass."""

    def write(self, data: bytes, /) -> object:
        """Take the next bytes."""

    def end(self) -> None:
        """Take note that the program ended well; raise StreamError when its output is not whole all the same."""


@dataclass(frozen=True)
class Source:
    """A program whose output is carried, the exit codes that are a good end, and who looks on."""

    process: Process
    fine: frozenset[int] = frozenset({0})
    watcher: Watcher | None = None


@dataclass
class Flow:
    """Where the bytes are: set by the thread that carries them, read by the one that watches.

    :param place: the program or the copy that is being waited for.
    :param fault: the first failure, as it was raised.
    """

    place: str
    at_source: bool = True
    raw_bytes: int = 0
    moved_at: float = field(default_factory=time.monotonic)
    cancelled: bool = False
    fault: CadanganError | None = None

    def enter(self, place: str, *, at_source: bool) -> None:
        """Note what is waited for from now on."""
        self.place, self.at_source, self.moved_at = place, at_source, time.monotonic()

    def fail(self, fault: CadanganError) -> CadanganError:
        """Keep the first failure and return `fault`."""
        self.fault = self.fault or fault
        return fault


class Compressed:
    """A source as a readable stream of zstd. Its end is given out only after the program ended well,
    so that the output of a failed one never becomes a complete file."""

    def __init__(self, source: Source, level: int, threads: int, flow: Flow) -> None:
        self._source = source.process
        self._fine = source.fine
        self._watcher = source.watcher
        self._flow = flow
        self._digest = hashlib.sha256()
        self._packing: Packing = Passing(self._see) if self._source.packed else Compressing(level, threads, self._see)
        self._ready = memoryview(b"")
        self._ended = False

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` compressed bytes, none at the end; raise SourceFailed."""
        while not self._ready and not self._ended:
            self._ready = memoryview(self._next())
        end = size if size >= 0 else len(self._ready)
        part = self._ready[:end]
        self._ready = self._ready[end:]
        return bytes(part)

    def _next(self) -> bytes:
        self._flow.enter(self._source.program, at_source=True)
        try:
            data = os.read(self._source.stdout.fileno(), _CHUNK)
        except (OSError, ValueError) as err:
            raise self._flow.fail(SourceFailed(f"The output of {self._source.program} cannot be read: {err}.")) from err
        if self._flow.cancelled:
            raise self._flow.fail(SourceFailed(f"{self._source.program} was ended before its time."))
        try:
            return self._packing.take(data) if data else self._end()
        except CadanganError as err:
            raise self._flow.fail(err) from err.__cause__

    def _see(self, raw: bytes) -> None:
        self._flow.raw_bytes += len(raw)
        self._digest.update(raw)
        if self._watcher:
            self._watcher.write(raw)

    def _end(self) -> bytes:
        self._check_code()
        rest = self._packing.end()
        if self._flow.raw_bytes == 0:
            raise SourceFailed(f"{self._source.program} ended well but wrote nothing; check what it was asked to dump.")
        if self._watcher:
            self._watcher.end()
        self._ended = True
        return rest

    def release(self) -> None:
        """Give up the compressor with its threads and memory, now: a failure's traceback would keep it for long,
        and a process that is forked meanwhile cannot free it."""
        del self._packing

    def raw_sha256(self) -> str:
        """Return the lower-case hex digest of what the program wrote."""
        return self._digest.hexdigest()

    def _check_code(self) -> None:
        code = self._source.wait()
        if code not in self._fine:
            how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
            said = self._source.stderr_tail() or "it said nothing"
            raise SourceFailed(f"{self._source.program} {how}: {said}\nMend the cause, then clear the task.")


class Copies:
    """All copies as one writable stream that counts and digests what it is given.

    :param needed: how many copies must stay good; the others may be lost on the way.
    :param patience: seconds after which one that takes nothing is lost.
    :param pace: how fast the bytes may come to each of them.
    """

    def __init__(self, sinks: Sequence[Sink], flow: Flow, needed: int, patience: float, pace: Pace) -> None:
        self._lanes = tuple(Lane(sink, patience) for sink in sinks)
        self._pace = pace
        self._flow = flow
        self._needed = needed
        self._digest = hashlib.sha256()
        self._batch = bytearray()
        self.size = 0

    def write(self, data: bytes) -> int:
        """Write `data` to every copy; raise CopyFailed when too few are left."""
        self._digest.update(data)
        self.size += len(data)
        self._batch += data
        if len(self._batch) >= _CHUNK:
            self._send()
        self._pace.hold(len(data), self._waits)
        return len(data)

    def _waits(self) -> bool:
        """Note that it is this end that waits, and does not hang; return whether there is still reason to."""
        self._flow.moved_at = time.monotonic()
        return not self._flow.cancelled

    def flush(self) -> None:
        """Do nothing: `close` makes the copies durable."""

    def close(self) -> None:
        """Flush, sync and close every copy; raise CopyFailed when too few are left."""
        self._send()
        for lane in self._lanes:
            lane.put(None, self._alive)
        for lane in self._lanes:
            self._flow.enter(lane.name, at_source=False)
            lane.wait(self._alive)
        self._check()

    def abandon(self) -> None:
        """Let go of copies that are not to be finished."""
        for lane in self._lanes:
            lane.abandon()

    def lost(self) -> tuple[CopyFailed, ...]:
        """Return why copies were lost, one by one."""
        return tuple(lane.fault for lane in self._lanes if lane.fault)

    def sha256(self) -> str:
        """Return the lower-case hex digest of what was written."""
        return self._digest.hexdigest()

    def _send(self) -> None:
        data = bytes(self._batch)
        self._batch.clear()
        for lane in self._lanes:
            self._flow.enter(lane.name, at_source=False)
            lane.put(data, self._alive)
        self._check()

    def _alive(self) -> bool:
        return not self._flow.cancelled

    def _check(self) -> None:
        lost = self.lost()
        if lost and len(self._lanes) - len(lost) < self._needed:
            raise self._flow.fail(lost[0])

"""Benchmark of streams over SSH, on this machine's own loopback: `python -m tests.bench.ssh`.

Client, server and both ends of SSH share the cores. The CPU seconds of sshd's children are in none of the columns: read
the wall times.
"""

import argparse
import os
import shlex
import tempfile
from pathlib import Path

from cadangan.hosts.command import Command
from cadangan.hosts.ssh import SshHost, Way, Zstd, open_way
from tests.bench import cases
from tests.bench.backup import show
from tests.bench.database import Bench, bench_server
from tests.bench.measure import Case, Run, ServerClock, compare, median, run_case
from tests.services.sshd import Sshd, running_sshd

_MEGABYTES = 500
_SIZE = 6  # tenths of a gigabyte
_CHUNK = 1024 * 1024


def main() -> None:
    """Print the figures beside their targets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with (
        tempfile.TemporaryDirectory(prefix="cadangan-bench-") as name,
        running_sshd(_folder(name, "sshd")) as server,
        open_way(server.login()) as way,
        bench_server() as bench,
    ):
        folder, clock = Path(name), ServerClock(bench.postmaster)
        reading(server, way, folder, clock, rounds=rounds)
        small = bench.create("kecil")
        small.fill(_SIZE)
        backup(small, server, way, folder, clock, rounds=rounds)


def reading(server: Sshd, way: Way, folder: Path, clock: ServerClock, *, rounds: int) -> None:
    """A file of another host, read to its end."""
    file = folder / "isi"
    with file.open("wb") as out:
        for _ in range(_MEGABYTES):
            out.write(os.urandom(_CHUNK))
    compared = {
        "ssh": _shell(f"{_ssh(server)} cat {file} > /dev/null", folder),
        "ssh, GCM": _shell(f"{_ssh(server)} -c aes128-gcm@openssh.com cat {file} > /dev/null", folder),
        "cadangan": _read(way, file),
    }
    run_case(compared["ssh"], clock)
    runs = compare(compared, clock, rounds)
    show(f"Reading {_MEGABYTES} MB over SSH", runs, "ssh", rounds)
    _verdict("cadangan / ssh", runs["cadangan"], runs["ssh"], 0.75)


def backup(bench: Bench, server: Sshd, way: Way, folder: Path, clock: ServerClock, *, rounds: int) -> None:
    """A back-up whose client runs on another host, against the shell's."""
    dump = shlex.join(
        ["env", *(f"{name}={value}" for name, value in bench.env.items()), bench.program("pg_dump"), "-Fc", "-Z0"]
    )
    remote = shlex.quote(f"{dump} | zstd -q -3 -T2")
    seal = f"age -r {cases.RECIPIENT} | tee >(sha256sum > ref.sum) > ref; sync ref"
    script = f"{_ssh(server)} -c aes128-gcm@openssh.com {remote} | {seal}"
    compared = {
        "shell": cases.shell(bench, script, folder),
        "compressed there": cases.cadangan(bench, (folder / "there",), SshHost(way, Zstd(3, 2))),
        "compressed here": cases.cadangan(bench, (folder / "here",), SshHost(way)),
    }
    run_case(compared["shell"], clock)
    runs = compare(compared, clock, rounds)
    show("Back-up of 0.6 GB over SSH", runs, "shell", rounds)
    _verdict("compressed there / shell", runs["compressed there"], runs["shell"], 1.0)


def _ssh(server: Sshd) -> str:
    options = ["-F", "none", "-i", server.key_file, "-o", f"UserKnownHostsFile={server.known_hosts}"]
    return shlex.join(["ssh", *options, "-p", str(server.port), f"{server.user}@{server.host}"])


def _shell(script: str, folder: Path) -> Case:
    def case() -> None:
        cases.bash(script, {}, folder)

    return case


def _read(way: Way, file: Path) -> Case:
    def case() -> None:
        with SshHost(way).start(Command(("cat", str(file)))) as process:
            while os.read(process.stdout.fileno(), _CHUNK):
                pass
            if process.wait() != 0:
                raise RuntimeError(process.stderr_tail())

    return case


def _verdict(what: str, runs: list[Run], reference: list[Run], limit: float) -> None:
    wall = median(runs, "wall") / median(reference, "wall")
    print(f"{what:28} wall {wall:5.2f}  target {limit:.2f}")


def _folder(parent: str, name: str) -> Path:
    path = Path(parent, name)
    path.mkdir()
    return path


if __name__ == "__main__":
    main()

"""hosts.ssh: programs on another host are watched to their end, and nothing of them stays there."""

import hashlib
import os
import select
import socket
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from cadangan.errors import HostError, HostUnreachable, ProgramMissing
from cadangan.hosts.command import OPEN_FILE, Command
from cadangan.hosts.memory import in_memory
from cadangan.hosts.ssh import SshHost, Zstd, open_way
from cadangan.hosts.ssh import host as ssh_host
from tests.hosts.processes import appears, gone, marker, with_argument
from tests.services.sshd import free_port

HOSTILE = [
    "a'b\"c`id`$(id)${HOME}\\",
    "dua\nbaris\n\n",
    "; rm -rf / #",
    "surat 📄 é",
    "-n",
    "",
    "  tepi  ",
    "%s%d!!*?[a-z]~",
    "\tTAB\x01\x7f",
]


def sh(script, *arguments, **env):
    """A stand-in for a client program; the shell is the test's, not the package's."""
    return Command(("sh", "-c", script, "sh", *arguments), env)


def test_output_exit_code_and_messages_are_kept_apart(host):
    done = host.run(sh("cat; echo salah >&2; exit 3"), timeout=20, stdin=b"isi")
    assert (done.returncode, done.stdout, done.stderr) == (3, b"isi", "salah")


def test_hostile_arguments_and_variables_arrive_as_they_are(host):
    print_all = 'for a; do printf "%s\\0" "$a"; done; printf "%s\\0" "$NILAI"'
    for text in HOSTILE:
        done = host.run(sh(print_all, *HOSTILE, NILAI=text), timeout=20)
        assert done.stdout.decode().split("\0")[:-1] == [*HOSTILE, text]


def test_a_variable_whose_name_is_none_is_refused(host):
    with pytest.raises(HostError, match="cannot be the name"):
        host.run(Command(("true",), {"A=1; id #": "x"}), timeout=20)


@pytest.mark.parametrize("secret", [b"", b"*:*:*:*:ra'ha\"sia$(id)`\\\n", bytes(range(256)), b"x" * 5000])
def test_a_handed_over_file_arrives_unseen_and_without_a_name(host, secret):
    word = marker()
    with in_memory(secret) as value:
        script = 'cat "$SANDI"; stat -L -c "%a" "$SANDI" >&2; readlink "$SANDI" >&2'
        done = host.run(sh(script, word, SANDI=value), timeout=20)
    assert done.stdout == secret
    assert done.stderr.split()[0] == "600"
    assert done.stderr.endswith("(deleted)")
    assert list(Path("/dev/shm").glob("cadangan.*")) == []


def test_a_secret_is_in_no_command_line_or_environment(host):
    word, secret = marker(), "rahasia-sekali-7781"
    with in_memory(secret.encode()) as value, host.start(sh("echo; sleep 60", word, SANDI=value)) as process:
        process.stdout.readline()
        appears(word)
        shown = []
        for other in psutil.process_iter():
            try:
                shown.append(" ".join([*other.cmdline(), *other.environ().values()]))
            except psutil.Error:
                continue
    assert any(word in line for line in shown)
    assert not any(secret in line for line in shown)


def test_several_files_and_input_arrive_apart(host):
    with in_memory(b"satu") as one, in_memory(b"dua") as two:
        done = host.run(sh('cat "$A" "$B" -', A=one, B=two), timeout=20, stdin=b"tiga")
        assert done.stdout == b"satuduatiga"
        with in_memory(b"x") as three, pytest.raises(HostError, match="more than 3 files"):
            host.run(sh("true", A=one, B=two, C=three), timeout=20, stdin=b"x")


def test_a_program_waits_for_a_file_whose_content_comes_late(host):
    reader, writer = os.pipe()
    with in_memory(b"dahulu ") as path, host.start(Command(("cat", path, f"{OPEN_FILE}{reader}"))) as process:
        os.write(writer, b"kemu")
        os.write(writer, b"dian")
        assert select.select([process.stdout], [], [], 0.5)[0] == []
        os.close(writer)
        assert process.stdout.read() == b"dahulu kemudian"
        assert process.wait(20) == 0
    os.close(reader)
    assert list(Path("/dev/shm").glob("cadangan.*")) == []


def test_what_waits_for_its_file_ends_with_the_connection(host):
    word, (reader, writer) = marker(), os.pipe()
    with host.start(sh("cat", word, NILAI=f"{OPEN_FILE}{reader}")):
        assert with_argument(word)
    assert gone(word)
    os.close(reader)
    os.close(writer)


def test_a_program_does_not_see_the_connection_as_its_input(host):
    assert host.run(sh("cat"), timeout=20).stdout == b""


@pytest.mark.parametrize("zstd", [None, Zstd(3, 2)])
def test_four_megabytes_of_messages_do_not_stall_the_output(way, zstd):
    script = "head -c 4000000 /dev/zero | tr '\\0' x >&2; echo akhir >&2; echo selesai"
    with SshHost(way, zstd).stream(sh(script)) as process:
        assert process.stdout.read()
        assert process.wait(20) == 0
        assert process.stderr_tail().endswith("akhir")


def test_a_compressed_stream_is_what_the_program_wrote(way):
    with SshHost(way, Zstd(3, 2)).stream(sh("seq 1 400000")) as process:
        assert process.packed
        raw = subprocess.run(["zstd", "-dc"], stdin=process.stdout, capture_output=True, check=True).stdout
        assert process.wait(20) == 0
    assert hashlib.sha256(raw).digest() == hashlib.sha256("".join(f"{n}\n" for n in range(1, 400001)).encode()).digest()


@pytest.mark.parametrize("zstd", [None, Zstd(3, 2)])
@pytest.mark.parametrize(
    ("script", "code"), [("exit 0", 0), ("exit 1", 1), ("exit 255", 254), ("kill -9 $$", -9), ("kill -TERM $$", -15)]
)
def test_the_exit_code_is_the_programs(way, zstd, script, code):
    with SshHost(way, zstd).stream(sh(f"echo isi; {script}")) as process:
        process.stdout.read()
        assert process.wait(20) == code


def test_a_compressor_that_dies_fails_the_stream(way):
    word = marker()
    with SshHost(way, Zstd(7, 1)).stream(sh("echo awal; sleep 60; echo akhir", word)) as process:
        (running, *_) = appears(word)
        (zstd,) = [one for one in running.parent().parent().children(recursive=True) if one.name() == "zstd"]
        zstd.kill()
        running.terminate()
        process.stdout.read()
        assert process.wait(20) == 125
        assert "zstd on this host ended with exit code 137" in process.stderr_tail()
    assert gone(word)


def test_a_missing_program_is_named_with_its_host(host):
    with (
        pytest.raises(ProgramMissing, match=r"/opt/tidak-ada on 127\.0\.0\.1"),
        host.start(Command(("/opt/tidak-ada",))),
    ):
        pass


def test_a_missing_compressor_says_what_to_do(way):
    no_zstd = Command(("/bin/true",), {"PATH": "/tidak/ada"})
    with pytest.raises(ProgramMissing, match="compress: here"), SshHost(way, Zstd(3, 2)).stream(no_zstd):
        pass


def test_what_a_login_shell_says_first_is_not_part_of_the_stream(host, monkeypatch):
    talkative = ssh_host.line.running

    def with_greeting(command, stdin):
        made = talkative(command, stdin)
        return ssh_host.line.Line(f"echo Selamat datang; {made.text}", made.sent)

    monkeypatch.setattr(ssh_host.line, "running", with_greeting)
    assert host.run(sh("echo isi"), timeout=20).stdout == b"isi\n"


def test_a_program_that_takes_too_long_is_ended_over_there(host):
    word = marker()
    with pytest.raises(HostError, match="did not end within"):
        host.run(sh("sleep 60", word), timeout=0.5)
    assert gone(word)


@pytest.mark.parametrize("zstd", [None, Zstd(3, 2)])
def test_leaving_ends_all_of_it_over_there_even_what_ignores_term(way, zstd):
    word = marker()
    script = "trap '' TERM; sh -c \"trap '' TERM; while :; do sleep 1; done\" sh \"$1\" & while :; do sleep 1; done"
    with SshHost(way, zstd).stream(sh(script, word)):
        assert len(appears(word)) >= 1
    assert gone(word)


def test_what_a_program_leaves_running_ends_with_it(host):
    word = marker()
    assert host.run(sh('sh -c "sleep 60" sh "$1" >/dev/null 2>&1 &', word), timeout=20).returncode == 0
    assert gone(word)


@pytest.mark.parametrize("zstd", [None, Zstd(3, 2)])
def test_a_killed_worker_leaves_no_process_over_there(sshd, zstd):
    word = marker()
    worker = textwrap.dedent(
        f"""
        from cadangan.hosts.command import Command
        from cadangan.hosts.ssh import SshHost, Zstd, open_way, ssh_login
        login = ssh_login("x", host={sshd.host!r}, port={sshd.port}, user={sshd.user!r}, password=None,
                          extra={sshd.extra()!r})
        with open_way(login) as way, SshHost(way, {zstd!r}).stream(
            Command(("sh", "-c", "while :; do sleep 1; done", "sh", {word!r}))
        ) as process:
            process.wait()
        """
    )
    plugins = Path(ssh_host.__file__).parents[3]
    with subprocess.Popen([sys.executable, "-c", worker], env=os.environ | {"PYTHONPATH": str(plugins)}) as parent:
        appears(word)
        parent.kill()
    assert gone(word)


@pytest.mark.parametrize("whom", ["the ssh client", "the server's session"])
def test_a_lost_connection_is_never_a_good_end(host, whom):
    word = marker()
    with host.start(sh("echo awal; sleep 60", word)) as process:
        assert process.stdout.readline() == b"awal\n"
        (running, *_) = appears(word)
        if whom == "the ssh client":
            process.end()
        else:
            next(parent for parent in running.parents() if "sshd" in parent.name()).kill()
        process.stdout.read()
        with pytest.raises(HostUnreachable):
            process.wait(20)
    assert gone(word)


def test_a_host_that_accepts_and_says_nothing_is_given_up(sshd):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        login = replace(sshd.login(conn_timeout="1"), port=silent.getsockname()[1])
        with open_way(login) as way, pytest.raises(HostUnreachable, match="timed out"):
            SshHost(way).run(sh("true"), timeout=5)


def test_a_host_that_is_not_there_is_told(sshd):
    with open_way(replace(sshd.login(), port=free_port())) as way, pytest.raises(HostUnreachable, match="refused"):
        SshHost(way).run(sh("true"), timeout=5)

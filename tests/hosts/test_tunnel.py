"""hosts.ssh.tunnel: a port that leads to a server behind another host, and what is said when it does not."""

import socket
import threading
from contextlib import contextmanager, suppress

import psutil
import pytest

from cadangan.errors import HostKeyRefused, HostUnreachable, NotConfigured, TargetUnreachable
from cadangan.hosts.ssh import open_way, tunnel
from tests.services.sshd import free_port


@contextmanager
def answering_server():
    """A server that says hello and closes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            with suppress(OSError):
                while True:
                    line, _ = listener.accept()
                    with line:
                        line.sendall(b"halo")

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)


def said_by(port):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        return line.recv(100)


def tunnels_of_this_process():
    found = []
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if child.name() == "ssh":
                found.append(child)
    return found


def test_the_port_leads_to_the_server_at_once_and_is_closed_afterwards(way):
    with answering_server() as port, tunnel(way, "localhost", port) as inlet:
        assert said_by(inlet) == b"halo"
    with pytest.raises(OSError, match="refused"):
        said_by(inlet)
    assert tunnels_of_this_process() == []


def test_only_this_machine_can_use_it(way):
    with answering_server() as port, tunnel(way, "127.0.0.1", port) as inlet:
        (client,) = tunnels_of_this_process()
        assert {line.laddr.ip for line in client.net_connections() if line.laddr.port == inlet} == {"127.0.0.1"}


def test_a_tunnel_that_breaks_is_told_in_the_words_of_ssh(way, sshd):
    def use():
        with answering_server() as port, tunnel(way, "localhost", port):
            sshd.cut()
            psutil.wait_procs(tunnels_of_this_process(), timeout=10)
            raise TargetUnreachable("cut")

    with pytest.raises(HostUnreachable, match="in use: cut") as caught:
        use()
    # Which of them depends on what ssh was doing at that moment.
    assert any(words in str(caught.value) for words in ("closed by remote host", "Broken pipe", "reset by peer"))


def test_a_server_that_cannot_be_reached_from_there_is_told_in_the_words_of_ssh(way):
    def use():
        with tunnel(way, "127.0.0.1", free_port()) as inlet:
            assert said_by(inlet) == b""
            raise TargetUnreachable("nothing came.")

    with pytest.raises(TargetUnreachable, match="connect failed: Connection refused"):
        use()


def test_other_failures_pass_through_unchanged(way):
    failure = NotConfigured("x")
    with answering_server() as port, pytest.raises(NotConfigured) as caught, tunnel(way, "localhost", port):
        raise failure
    assert caught.value is failure


def test_without_a_way_there_is_no_tunnel(sshd):
    with open_way(sshd.login(host_key="")) as way, pytest.raises(HostKeyRefused), tunnel(way, "localhost", 1):
        pass


@pytest.mark.parametrize("host", ["satu,dua", "/run/postgresql", ""])
def test_what_is_no_single_host_is_refused(way, host):
    with pytest.raises(NotConfigured, match="one host"), tunnel(way, host, 5432):
        pass

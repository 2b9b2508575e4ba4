"""notifications.heartbeat: a monitor hears of every round, and a failure says nothing of its address."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from cadangan.errors import MailFailed
from cadangan.notifications import heartbeat
from tests.steps.builders import desk


@pytest.fixture
def monitor(monkeypatch):
    """A monitor that answers as its path says, and what was asked of it."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(500 if "rusak" in self.path else 200)
            self.end_headers()

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def test_the_monitor_is_asked(tmp_path, monitor, monkeypatch):
    url, asked = monitor
    monkeypatch.setenv(heartbeat.VARIABLE, f"{url}/rahasia")
    assert heartbeat.beat(desk(tmp_path))
    assert asked == ["/rahasia"]


def test_without_an_address_there_is_none(tmp_path, monkeypatch):
    monkeypatch.delenv(heartbeat.VARIABLE, raising=False)
    assert not heartbeat.beat(desk(tmp_path))


@pytest.mark.parametrize("path", ["/rahasia/rusak", None])
def test_a_monitor_that_does_not_take_it_is_an_error_without_its_address(tmp_path, monitor, monkeypatch, path):
    monkeypatch.setenv(heartbeat.VARIABLE, f"{monitor[0]}{path}" if path else "http://127.0.0.1:1/rahasia")
    with pytest.raises(MailFailed, match="did not take the heartbeat") as caught:
        heartbeat.beat(desk(tmp_path))
    assert "rahasia" not in str(caught.value)

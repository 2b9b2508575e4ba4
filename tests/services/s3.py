"""A real S3 server for tests: SeaweedFS, on free ports of this machine, with keys of its own."""

import contextlib
import json
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from sysconfig import get_path

import pytest
from fsspec import AbstractFileSystem

from cadangan.vault import objects, s3
from cadangan.vault.place import Place
from tests.services.sshd import free_port

ACCESS_KEY, SECRET_KEY = "kunci", "rahasia-sekali"
ACTIONS = ["Admin", "Read", "Write", "List", "Tagging"]


@dataclass(frozen=True)
class S3:
    """Where the server listens, and how to stop it for a while."""

    url: str
    process: subprocess.Popen[bytes]

    def extra(self) -> dict[str, str]:
        """Return the extra fields of an Airflow connection to it."""
        return {"endpoint_url": self.url, "region_name": "us-east-1", "addressing_style": "path"}

    def connect(self) -> AbstractFileSystem:
        """Return its file system, as Cadangan makes it."""
        return s3.connect(ACCESS_KEY, SECRET_KEY, self.extra())

    def place(self, bucket: str, name: str = "objek", days: int | None = None) -> Place:
        """Make `bucket`, with object lock, and return a folder in it as a destination."""
        fs = self.connect()
        fs.call_s3("create_bucket", Bucket=bucket, ObjectLockEnabledForBucket=days is not None)
        if days is not None:
            objects.lock(fs, days)
        return Place(name, fs, f"s3://{bucket}/gudang", f"{bucket}/gudang", patience=60)


@contextlib.contextmanager
def running_s3(folder: Path) -> Iterator[S3]:
    """Start the server with its files in `folder`, wait until it answers, and end it afterwards."""
    config = folder / "s3.json"
    keys = [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}]
    config.write_text(json.dumps({"identities": [{"name": "uji", "credentials": keys, "actions": ACTIONS}]}))
    ports = {name: free_port() for name in ("master", "volume", "filer", "s3")}
    grpc = {f"{name}.port.grpc": free_port() for name in ports}
    given = {
        "dir": folder,
        "ip": "127.0.0.1",
        "ip.bind": "127.0.0.1",
        **{f"{name}.port": port for name, port in ports.items()},
        **grpc,
        # Else they listen on ports of their own choice, where only one server at a time can.
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
        "s3.config": config,
        "master.volumeSizeLimitMB": 64,
        "volume.max": 0,
        "master.telemetry": "false",
    }
    command = [
        Path(get_path("scripts")) / "weed",
        "server",
        "-s3",
        *(f"-{key}={value}" for key, value in given.items()),
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            server = S3(f"http://127.0.0.1:{ports['s3']}", process)
            _wait_for(server)
            yield server
        finally:
            process.kill()
            process.wait(10)


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    """One server for the whole session."""
    with running_s3(tmp_path_factory.mktemp("s3")) as server:
        yield server


def _wait_for(server: S3) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and server.process.poll() is None:
        with contextlib.suppress(Exception):
            # It answers before it can store.
            fs = server.connect()
            if not fs.exists("mulai"):
                fs.call_s3("create_bucket", Bucket="mulai")
            fs.pipe_file("mulai/isi", b"isi")
            return
        time.sleep(0.2)
    pytest.fail("the S3 server did not answer; its log is in its folder")

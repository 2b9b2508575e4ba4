"""The file systems that the vault is tried on: a local folder, memory, a real sshd by two clients, a real S3 server."""

import uuid

import pytest
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.memory import MemoryFileSystem
from fsspec.implementations.sftp import SFTPFileSystem

from cadangan.vault.place import Place
from tests.services.s3 import s3_server  # noqa: F401
from tests.services.sshd import sftp_place, sshd  # noqa: F401


def local_place(base, name="utama"):
    return Place(name, LocalFileSystem(), f"file://{base}", str(base))


@pytest.fixture(params=["local", "memory", "sshfs", "paramiko", "s3"])
def place(request, tmp_path):
    if request.param == "local":
        return local_place(tmp_path / "gudang")
    if request.param == "memory":
        base = f"/{uuid.uuid4()}"
        return Place("memori", MemoryFileSystem(), f"memory:/{base}", base)
    if request.param == "s3":
        return request.getfixturevalue("s3_server").place(f"uji-{uuid.uuid4()}")
    server = request.getfixturevalue("sshd")
    if request.param == "sshfs":
        return sftp_place(server, tmp_path / "jauh")
    fs = SFTPFileSystem(server.host, port=server.port, username=server.user, key_filename=server.key_file)
    base = str(tmp_path / "jauh")
    return Place("sftp", fs, f"sftp://{server.host}:{server.port}{base}", base)

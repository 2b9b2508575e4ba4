"""Private keys: read and used in this process's memory, so that none ever lies readable on a disk.

`ssh -i` takes a path only, and ssh closes every descriptor that it inherits, so a file in memory would not do. Hence
`Agent` answers ssh as ssh-agent would (draft-ietf-sshm-ssh-agent), for one key. Debian's own ssh-agent is setgid: the
kernel would not end it together with this process, and it would live on with the key.
"""

import io
import socket
import struct
from collections.abc import Iterator

import paramiko  # type: ignore[import-untyped]
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    load_ssh_private_key,
)

_FAILURE, _LIST, _LISTED, _SIGN, _SIGNED = 5, 11, 12, 13, 14
_RSA_ALGORITHMS = {2: "rsa-sha2-256", 4: "rsa-sha2-512"}
_LONGEST = 256 * 1024
_KINDS = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)


def readable_key(text: str, passphrase: str) -> str:
    """Return a private key (OpenSSH or PEM) in OpenSSH's format, without its passphrase; raise ValueError."""
    pem = text.strip().encode() + b"\n"
    load = load_ssh_private_key if b"BEGIN OPENSSH" in pem else load_pem_private_key
    try:
        try:
            key = load(pem, None)
        except (TypeError, ValueError):
            # Encrypted, most likely. Given to a key that is not, a passphrase would be an error in its turn.
            key = load(pem, passphrase.encode())
        plain: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
        _usable(plain.decode("ascii"))
    except (TypeError, UnsupportedAlgorithm, paramiko.SSHException) as err:
        raise ValueError("not a key that can be used") from err
    return plain.decode("ascii")


def _usable(text: str) -> paramiko.PKey:
    for kind in _KINDS:
        try:
            return kind.from_private_key(io.StringIO(text))
        except paramiko.SSHException:
            continue
    raise ValueError("a key of another kind than RSA, ECDSA, Ed25519")


class Agent:
    """Answers one ssh client after the other, each at its own connection.

    :param key: in OpenSSH's format, without a passphrase.
    """

    def __init__(self, key: str) -> None:
        self._key = _usable(key)
        self._public: bytes = self._key.asbytes()

    def serve(self, line: socket.socket) -> None:
        """Answer what comes over `line` until its other end closes it."""
        with line.makefile("rwb") as stream:
            while len(head := stream.read(4)) == 4:  # noqa: PLR2004 - a length
                (length,) = struct.unpack(">I", head)
                if not 0 < length <= _LONGEST:
                    return
                answer = self._answer(stream.read(length))
                stream.write(_string(answer))
                stream.flush()

    def _answer(self, asked: bytes) -> bytes:
        if asked[:1] == bytes([_LIST]):
            return bytes([_LISTED]) + struct.pack(">I", 1) + _string(self._public) + _string(b"cadangan")
        if asked[:1] == bytes([_SIGN]):
            blob, data, *_ = _strings(asked[1:])
            if blob == self._public:
                (flags,) = struct.unpack(">I", asked[-4:])
                signature = self._key.sign_ssh_data(data, _RSA_ALGORITHMS.get(flags))
                return bytes([_SIGNED]) + _string(signature.asbytes())
        return bytes([_FAILURE])


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def _strings(data: bytes) -> Iterator[bytes]:
    while len(data) > 4:  # noqa: PLR2004 - a length
        (length,) = struct.unpack(">I", data[:4])
        yield data[4 : 4 + length]
        data = data[4 + length :]

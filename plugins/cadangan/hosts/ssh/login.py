"""Where and as whom to log in over SSH, read from the fields of an Airflow SSH connection."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cadangan.errors import NotConfigured
from cadangan.hosts.ssh.keys import readable_key

_PORT = 22
_CONNECT_SECONDS = 10
# A name or an address, also of IPv6 with a zone; never something that ssh would take for an option.
_HOST = re.compile(r"[A-Za-z0-9_:][A-Za-z0-9._:%-]*")
_UNSAFE = ("no_host_key_check", "ignore_hostkey_verification", "allow_host_key_change")


@dataclass(frozen=True)
class SshLogin:
    """A host and an account on it.

    :param conn_id: the Airflow connection, for messages.
    :param key: private key in OpenSSH's format, without a passphrase; empty when the password is what logs in.
    :param host_key: the key by which the host is known ("ssh-ed25519 AAAA…"); empty: as the system's known_hosts says.
    :param connect_timeout: seconds until a host that does not answer is given up.
    """

    conn_id: str
    host: str
    port: int
    user: str
    password: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    host_key: str = ""
    connect_timeout: int = _CONNECT_SECONDS

    def __str__(self) -> str:
        return f"{self.user}@{self.host}:{self.port}"


def ssh_login(
    conn_id: str,
    *,
    host: str | None,
    port: int | None,
    user: str | None,
    password: str | None,
    extra: Mapping[str, Any],
) -> SshLogin:
    """Return the login that the fields of an Airflow SSH connection stand for.

    Of `extra` these count: key_file, private_key, private_key_passphrase, host_key, conn_timeout.

    :raises NotConfigured: something is missing, cannot be read, or would switch off the check of the host's key.
    """
    fault = _fault(host, user, extra)
    if fault:
        raise NotConfigured(f"The Airflow connection {conn_id} {fault}")
    key = _key(conn_id, extra, password)
    if not key and not password:
        raise NotConfigured(f"The Airflow connection {conn_id} has neither a password nor a key_file or private_key.")
    return SshLogin(
        conn_id=conn_id,
        host=host or "",
        port=port or _PORT,
        user=user or "",
        password="" if key else password or "",
        key=key,
        host_key=_host_key(conn_id, str(extra.get("host_key") or "")),
        connect_timeout=int(extra.get("conn_timeout") or _CONNECT_SECONDS),
    )


def _fault(host: str | None, user: str | None, extra: Mapping[str, Any]) -> str | None:
    if not host or not _HOST.fullmatch(host):
        return f"has no usable host ({host!r}); enter a name or an address."
    if not user:
        return "has no login; enter the account on that host."
    if refused := [name for name in _UNSAFE if str(extra.get(name, "")).lower() == "true"]:
        return (
            f"sets {', '.join(refused)}, which lets anyone pose as that host. Remove it, and enter the host's public "
            "key as host_key (the host's /etc/ssh/ssh_host_ed25519_key.pub, or ssh-keyscan with the fingerprint "
            "compared on the host)."
        )
    if extra.get("key_file") and extra.get("private_key"):
        return "has both key_file and private_key; leave one."
    return None


def _key(conn_id: str, extra: Mapping[str, Any], password: str | None) -> str:
    """Return the private key, decrypted in memory. As in Airflow, the password may be a key's passphrase."""
    text, file = extra.get("private_key"), extra.get("key_file")
    if not text and not file:
        return ""
    passphrase = str(extra.get("private_key_passphrase") or password or "")
    try:
        return readable_key(str(text) if text else Path(str(file)).read_text(encoding="ascii"), passphrase)
    except (OSError, ValueError) as err:
        # Without the cause: its text could quote the key.
        why = err.strerror if isinstance(err, OSError) else "it is no private key, or the passphrase is another"
        raise NotConfigured(
            f"The private key of the Airflow connection {conn_id} cannot be read: {why}. Mend key_file or private_key, "
            "or enter private_key_passphrase."
        ) from None


def _host_key(conn_id: str, text: str) -> str:
    """Return "type base64" of a key as it stands in a .pub file, in known_hosts, or bare."""
    if not text.strip():
        return ""
    # The base64 of every SSH key begins so: with the length of its type's name.
    blob = next((part for part in text.split() if part.startswith("AAAA")), "")
    try:
        raw = base64.b64decode(blob, validate=True)
        kind = raw[4 : 4 + int.from_bytes(raw[:4], "big")].decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        kind = ""
    if not re.fullmatch(r"[a-z0-9@.-]+", kind):
        raise NotConfigured(f"The host_key of the Airflow connection {conn_id} is no public key; enter its whole line.")
    return f"{kind} {blob}"

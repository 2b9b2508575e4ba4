"""A certificate authority of a test's own, by the openssl program."""

import subprocess
from pathlib import Path
from typing import NamedTuple

_CONFIG = """\
[ca]
default_ca = own
[own]
dir = {folder}
database = $dir/index.txt
serial = $dir/serial
crlnumber = $dir/crlnumber
new_certs_dir = $dir
certificate = $dir/ca.crt
private_key = $dir/ca.key
default_md = sha256
default_days = 2
default_crl_days = 2
copy_extensions = copy
policy = any
[any]
commonName = supplied
"""


class Issued(NamedTuple):
    """Paths of a certificate and of its key."""

    certificate: Path
    key: Path


class Authority:
    """Issues and revokes certificates; its own one is `certificate`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.certificate = folder / "ca.crt"
        self._folder = folder
        self._config = folder / "ca.cnf"
        self._config.write_text(_CONFIG.format(folder=folder))
        (folder / "index.txt").touch()
        for name in ("serial", "crlnumber"):
            (folder / name).write_text("01\n")
        self._openssl(*_request("Otoritas uji", folder / "ca.key"), "-x509", "-days", "2", "-out", self.certificate)

    def issue(self, name: str, alternative: str = "") -> Issued:
        """Return a certificate for the common name `name`; `alternative` is for instance "IP:127.0.0.1"."""
        issued = Issued(self._folder / f"{name}.crt", self._folder / f"{name}.key")
        request = self._folder / f"{name}.csr"
        extension = ("-addext", f"subjectAltName={alternative}") if alternative else ()
        self._openssl(*_request(name, issued.key), *extension, "-out", request)
        self._sign("-batch", "-notext", "-in", request, "-out", issued.certificate)
        return issued

    def revoke(self, issued: Issued) -> Path:
        """Revoke a certificate and return the list of all that are revoked by now."""
        revoked = issued.certificate.with_suffix(".crl")
        self._sign("-revoke", issued.certificate)
        self._sign("-gencrl", "-out", revoked)
        return revoked

    def _sign(self, *arguments: str | Path) -> None:
        self._openssl("ca", "-config", self._config, *arguments)

    def _openssl(self, *arguments: str | Path) -> None:
        done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def _request(name: str, key: Path) -> tuple[str | Path, ...]:
    new = ("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}")
    return (*new, "-keyout", key)

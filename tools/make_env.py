"""Write .env with fresh random secrets for docker compose, readable by its owner alone."""

import base64
import os
import secrets
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / ".env"
HEADER = """\
# Secrets of this installation: keep a copy in a safe place, never in version control.
# Without AIRFLOW_FERNET_KEY the connections that Airflow stores cannot be read any more.
"""
PASSWORDS = (
    "AIRFLOW_ADMIN_PASSWORD",
    "AIRFLOW_DB_PASSWORD",
    "POSTGRES_PASSWORD",
    "REDIS_PASSWORD",
    "REGISTER_DB_PASSWORD",
)
KEYS = ("AIRFLOW_API_SECRET_KEY", "AIRFLOW_JWT_SECRET")


def settings() -> dict[str, str]:
    """Return the variables and their values; hexadecimal passwords need no quoting inside a URL."""
    values = {"AIRFLOW_FERNET_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}
    values |= {name: secrets.token_hex(32) for name in KEYS}
    return values | {name: secrets.token_hex(16) for name in PASSWORDS}


def main() -> int:
    """Write the file; return 1 when there is one already."""
    text = HEADER + "".join(f"{name}={value}\n" for name, value in settings().items())
    try:
        handle = os.open(TARGET, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        sys.stderr.write(f"{TARGET} exists and is left as it is; move it away to make new secrets.\n")
        return 1
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    sys.stdout.write(f"Wrote {TARGET}, readable by you alone. The administrator's password is in it.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

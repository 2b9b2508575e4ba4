"""What of an Airflow connection's extra fields is for PostgreSQL's client library: how the line is secured."""

from collections.abc import Mapping

# The library's keyword, and the environment variable by which client programs know it. What is not here, is ignored:
# options that change what is read (options, service, hostaddr), and a passphrase for `sslkey`, which client programs
# would take from their command line only.
VARIABLES = {
    "sslmode": "PGSSLMODE",
    "sslnegotiation": "PGSSLNEGOTIATION",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "sslcertmode": "PGSSLCERTMODE",
    "sslcrl": "PGSSLCRL",
    "sslcrldir": "PGSSLCRLDIR",
    "sslsni": "PGSSLSNI",
    "ssl_min_protocol_version": "PGSSLMINPROTOCOLVERSION",
    "ssl_max_protocol_version": "PGSSLMAXPROTOCOLVERSION",
    "channel_binding": "PGCHANNELBINDING",
    "require_auth": "PGREQUIREAUTH",
    "gssencmode": "PGGSSENCMODE",
    "gssdelegation": "PGGSSDELEGATION",
    "krbsrvname": "PGKRBSRVNAME",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}
# Where Kerberos finds tickets and its configuration: of the surroundings, not of a connection.
KERBEROS_FILES = ("KRB5CCNAME", "KRB5_CONFIG", "KRB5_CLIENT_KTNAME")


def options_of(extra: Mapping[str, object]) -> dict[str, str]:
    """Return the options that `extra`, an Airflow connection's, holds for the client library; empty ones are none."""
    return {name: _text(extra[name]) for name in VARIABLES if extra.get(name) not in (None, "")}


def _text(value: object) -> str:
    # The library writes yes and no as 1 and 0.
    return str(int(value)) if isinstance(value, bool) else str(value)

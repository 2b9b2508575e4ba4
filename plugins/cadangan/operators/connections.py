"""Where the register is, as Airflow knows it."""

from airflow.sdk import BaseHook, Connection
from airflow.sdk.exceptions import AirflowNotFoundException
from sqlalchemy import URL

from cadangan.errors import RegisterError
from cadangan.register.location import CONNECTION, embedded_url, url_from_environment

# What of a connection's extra fields is for the PostgreSQL client library; the rest is for Airflow's hooks.
_CLIENT_OPTIONS = ("ssl", "keepalives", "connect_timeout", "target_session_attrs", "application_name", "options")


def register_url() -> str:
    """Return the register's URL: the environment's, else the Airflow connection's, else the embedded default.

    The URL may hold a password. Raise RegisterError when the connection is of a kind that cannot hold the register.
    """
    return url_from_environment() or _url_from_connection() or embedded_url()


async def aregister_url() -> str:
    """Return the register's URL where an event loop runs: in the triggerer. See `register_url`."""
    return url_from_environment() or await _aurl_from_connection() or embedded_url()


def _url_from_connection() -> str | None:
    try:
        connection = BaseHook.get_connection(CONNECTION)
    except AirflowNotFoundException:
        return None
    return url_of(connection).render_as_string(hide_password=False)


async def _aurl_from_connection() -> str | None:
    try:
        connection = await BaseHook.aget_connection(CONNECTION)
    except AirflowNotFoundException:
        return None
    return url_of(connection).render_as_string(hide_password=False)


def url_of(connection: Connection) -> URL:
    """Return the database URL that `connection` stands for; raise RegisterError for a kind that cannot hold it."""
    if connection.conn_type == "sqlite":
        return URL.create("sqlite", database=connection.host)
    if connection.conn_type not in {"postgres", "postgresql"}:
        raise RegisterError(
            f"The Airflow connection {connection.conn_id} is of type {connection.conn_type}; "
            "the register needs one of type postgres or sqlite."
        )
    extra = connection.extra_dejson
    return URL.create(
        "postgresql",
        username=connection.login,
        password=connection.password,
        host=connection.host,
        port=connection.port,
        database=connection.schema,
        query={key: str(value) for key, value in extra.items() if key.startswith(_CLIENT_OPTIONS)},
    )

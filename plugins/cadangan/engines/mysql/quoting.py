"""Names in SQL texts, quoted in one place. Values go as the driver's parameters."""


def identifier(name: str) -> str:
    """Return `name` quoted as MySQL and MariaDB quote names, whatever it holds."""
    return "`" + name.replace("`", "``") + "`"


def qualified(schema: str, name: str) -> str:
    """Return the quoted name of a table in its database."""
    return f"{identifier(schema)}.{identifier(name)}"


def account(user: str, host: str | None) -> str:
    """Return the quoted name of an account; a MariaDB role has no host."""
    return identifier(user) if host is None else f"{identifier(user)}@{identifier(host)}"


def pattern(database: str) -> str:
    """Return the quoted name of a database for a grant on all of it, where _ and % stand for others otherwise."""
    return identifier(database.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%"))

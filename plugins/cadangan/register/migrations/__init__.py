"""Alembic environment of the register."""

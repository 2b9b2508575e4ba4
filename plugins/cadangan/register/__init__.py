"""Cadangan's own database: models, migrations, queries."""

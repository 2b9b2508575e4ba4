"""Back-up and restore of databases by a government data centre's SOP.

letter -> register -> verify (gate) -> plan (gate) -> execute -> confirm (gate) -> close

`core` and `config` hold the rules and import neither Airflow nor a driver; `engines`, `hosts`, `stream`,
`vault`, `register` and `documents` do the work without Airflow; `operators`, `sensors` and `notifications`
are the thin adapters that the DAG files wire together.
"""

__version__ = "0.1.0"

#!/usr/bin/env bash
# Bring both databases to this version and make the first administrator. Can be run any number of times.
set -euo pipefail

airflow db migrate
python -m cadangan register upgrade
pools=$(mktemp)
python -m cadangan schedule pools >"$pools"
airflow pools import "$pools"
# Without a terminal the command reads the password and its repetition from here, so it never stands in an argv.
printf '%s\n%s\n' "$AIRFLOW_ADMIN_PASSWORD" "$AIRFLOW_ADMIN_PASSWORD" |
    airflow users create --username admin --role Admin \
        --firstname Administrator --lastname Cadangan --email "$AIRFLOW_ADMIN_EMAIL"

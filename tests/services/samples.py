"""Databases to dump: one with an object of every kind, and parts to build others from."""

from collections.abc import Iterable

import psycopg
from psycopg import sql

from cadangan.engines.postgres import Target
from cadangan.engines.postgres.target import connect

# Two schemas, and at least one object of each kind that an inventory lists.
EVERY_KIND = """
CREATE SCHEMA kepegawaian;
CREATE SCHEMA arsip;
CREATE EXTENSION citext SCHEMA public;
CREATE EXTENSION pg_trgm SCHEMA public;

CREATE TYPE kepegawaian.status AS ENUM ('Aktif', 'Pensiun');
CREATE TYPE kepegawaian.alamat AS (jalan text, kota text);
CREATE TYPE kepegawaian.masa AS RANGE (subtype = date);
CREATE DOMAIN kepegawaian.nip AS text CHECK (VALUE ~ '^[0-9]{18}$');

CREATE TABLE kepegawaian.unit (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    nama text NOT NULL UNIQUE,
    luas numeric(12, 2),
    lokasi point
);
CREATE TABLE kepegawaian.pegawai (
    id bigserial PRIMARY KEY,
    nip kepegawaian.nip,
    nama citext NOT NULL,
    status kepegawaian.status NOT NULL DEFAULT 'Aktif',
    alamat kepegawaian.alamat,
    unit_id integer REFERENCES kepegawaian.unit (id),
    masuk timestamptz,
    gaji double precision,
    rincian jsonb,
    foto bytea,
    huruf_awal text GENERATED ALWAYS AS (upper("left"(nama::text, 1))) STORED,
    CHECK (gaji >= 0)
);
CREATE INDEX pegawai_nama ON kepegawaian.pegawai USING gin (nama public.gin_trgm_ops);
CREATE STATISTICS kepegawaian.pegawai_statistik ON unit_id, status FROM kepegawaian.pegawai;
CREATE TABLE kepegawaian.kehadiran (
    pegawai_id bigint, tanggal date, masuk time, PRIMARY KEY (pegawai_id, tanggal)
) PARTITION BY RANGE (tanggal);
CREATE TABLE kepegawaian.kehadiran_2026 PARTITION OF kepegawaian.kehadiran
FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE kepegawaian.kehadiran_lain PARTITION OF kepegawaian.kehadiran DEFAULT;
CREATE INDEX kehadiran_masuk ON kepegawaian.kehadiran (masuk);
ALTER TABLE kepegawaian.kehadiran ADD FOREIGN KEY (pegawai_id) REFERENCES kepegawaian.pegawai (id);

CREATE TABLE arsip.dasar (id integer, catatan json);
CREATE TABLE arsip.turunan (tambahan text) INHERITS (arsip.dasar);
CREATE UNLOGGED TABLE arsip.sementara (id integer);
CREATE TABLE arsip.kosong ();
CREATE TABLE arsip.berkas (id integer PRIMARY KEY, isi oid);
CREATE SEQUENCE arsip.nomor START 100;

CREATE VIEW kepegawaian.aktif AS SELECT id, nama FROM kepegawaian.pegawai WHERE status = 'Aktif';
CREATE MATERIALIZED VIEW arsip.jumlah AS SELECT status, count(*) AS n FROM kepegawaian.pegawai GROUP BY status;
CREATE INDEX jumlah_status ON arsip.jumlah (status);

CREATE FUNCTION kepegawaian.salam(nama text, kali integer DEFAULT 1) RETURNS text
LANGUAGE sql AS $$ SELECT repeat('Halo ' || nama || ' ', kali) $$;
CREATE FUNCTION kepegawaian.salam(orang kepegawaian.alamat) RETURNS text
LANGUAGE sql AS $$ SELECT (orang).kota $$;
CREATE PROCEDURE kepegawaian.bersihkan(INOUT jumlah integer)
LANGUAGE plpgsql AS $$ BEGIN DELETE FROM arsip.sementara; jumlah := 0; END $$;
CREATE AGGREGATE kepegawaian.gabung(text) (SFUNC = textcat, STYPE = text, INITCOND = '');
CREATE FUNCTION kepegawaian.catat() RETURNS trigger
LANGUAGE plpgsql AS $$ BEGIN NEW.masuk := coalesce(NEW.masuk, '2026-01-05 08:00+07'); RETURN NEW; END $$;
CREATE TRIGGER catat BEFORE INSERT ON kepegawaian.pegawai FOR EACH ROW EXECUTE FUNCTION kepegawaian.catat();
CREATE TRIGGER catat_lihat INSTEAD OF INSERT ON kepegawaian.aktif FOR EACH ROW EXECUTE FUNCTION kepegawaian.catat();
CREATE RULE tanpa_hapus AS ON DELETE TO arsip.berkas DO INSTEAD NOTHING;
CREATE FUNCTION arsip.awasi() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RETURN; END $$;
CREATE EVENT TRIGGER awasi ON ddl_command_end EXECUTE FUNCTION arsip.awasi();

CREATE POLICY milik_sendiri ON kepegawaian.unit USING (true);
CREATE PUBLICATION terbit FOR TABLE kepegawaian.unit;
CREATE COLLATION arsip.urut (LOCALE = 'C');
CREATE OPERATOR arsip.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq);
CREATE CAST (kepegawaian.alamat AS text) WITH FUNCTION kepegawaian.salam(kepegawaian.alamat);
CREATE TEXT SEARCH CONFIGURATION arsip.indonesia (COPY = simple);
CREATE TEXT SEARCH DICTIONARY arsip.kamus (TEMPLATE = simple);
CREATE FOREIGN DATA WRAPPER pembungkus;
CREATE SERVER jauh FOREIGN DATA WRAPPER pembungkus;
CREATE USER MAPPING FOR CURRENT_USER SERVER jauh;
CREATE FOREIGN TABLE arsip.luar (id integer) SERVER jauh;
"""

ROWS = """
INSERT INTO kepegawaian.unit (nama, luas, lokasi)
SELECT 'Unit ' || n, n * 1.5, point(n, -n) FROM generate_series(1, 20) AS n;
INSERT INTO kepegawaian.pegawai (nip, nama, status, alamat, unit_id, gaji, rincian, foto)
SELECT
    lpad(n::text, 18, '0'),
    'Pegawai "' || n || '" ' || chr(128512 + n % 50),
    (ARRAY['Aktif', 'Pensiun'])[1 + n % 2]::kepegawaian.status,
    ROW('Jalan ' || n, NULL)::kepegawaian.alamat,
    1 + n % 20,
    n / 3.0,
    jsonb_build_object('n', n, 'teks', repeat('x', n % 100)),
    sha256(n::text::bytea)
FROM generate_series(1, {people}) AS n;
INSERT INTO kepegawaian.kehadiran
SELECT 1 + n % {people}, date '2025-12-01' + n, time '08:00' + n * interval '1 second'
FROM generate_series(1, 200) AS n;
INSERT INTO arsip.dasar VALUES (1, '{"a": 1}'), (1, '{"a": 1}'), (2, NULL);
INSERT INTO arsip.turunan VALUES (3, '[]', 'anak');
INSERT INTO arsip.kosong DEFAULT VALUES;
INSERT INTO arsip.berkas
SELECT n, lo_from_bytea(0, convert_to(repeat('lampiran ' || n, 1000), 'UTF8')) FROM generate_series(1, 5) AS n;
SELECT nextval('arsip.nomor');
REFRESH MATERIALIZED VIEW arsip.jumlah;
"""


def fill(target: Target, people: int = 500) -> Target:
    """Put an object of every kind and some rows into `target`."""
    run(target, EVERY_KIND)
    run(target, ROWS.replace("{people}", str(people)))
    return target


def run(target: Target, statements: str | sql.Composed) -> None:
    """Execute statements on `target`."""
    with connect(target) as connection:
        connection.execute(statements)


def role_on(server_target: Target, name: str, password: str, grants: Iterable[str] = ()) -> Target:
    """Make a role that logs in, and return `server_target` as this role reaches it; `{}` in a grant is its name."""
    identifier = sql.Identifier(name)
    with connect(server_target) as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(identifier, sql.Literal(password)))
        for grant in grants:
            connection.execute(sql.SQL(grant).format(identifier))
    return Target(server_target.host, server_target.port, name, password, server_target.database)


def scalar(target: Target, query: str) -> object:
    """Return the first value that `query` finds on `target`."""
    with connect(target) as connection, connection.cursor(row_factory=psycopg.rows.scalar_row) as cursor:
        return cursor.execute(query).fetchone()

-- Views over the sample rows, made last so that the materialised view is filled.
CREATE VIEW kepegawaian.daftar_urut_kepangkatan AS
SELECT
    p.nip, p.nama, g.pangkat, g.kode AS golongan, j.nama AS jabatan, u.nama AS unit_kerja,
    kepegawaian.masa_kerja(p.tmt_cpns, date '2026-11-01') AS masa_kerja,
    row_number() OVER (PARTITION BY p.unit_id ORDER BY g.urutan DESC, p.tmt_cpns, p.nip) AS urutan
FROM kepegawaian.pegawai AS p
INNER JOIN referensi.golongan AS g ON p.golongan = g.kode
INNER JOIN referensi.jabatan AS j ON p.jabatan_id = j.id
INNER JOIN referensi.unit_kerja AS u ON p.unit_id = u.id
WHERE p.status <> 'Pensiun';

CREATE VIEW kepegawaian.sisa_cuti_tahunan AS
SELECT p.nip, p.nama, 12 - coalesce(sum(c.lama), 0)::int AS sisa
FROM kepegawaian.pegawai AS p
LEFT JOIN kepegawaian.cuti AS c ON p.id = c.pegawai_id AND c.jenis = 'CT' AND c.mulai >= date '2026-01-01'
GROUP BY p.id;

CREATE MATERIALIZED VIEW kepegawaian.rekap_unit AS
SELECT u.kode, u.nama, count(p.id) AS pegawai, count(p.id) FILTER (WHERE p.jenis_kelamin = 'P') AS perempuan
FROM referensi.unit_kerja AS u
LEFT JOIN kepegawaian.pegawai AS p ON u.id = p.unit_id AND p.status = 'Aktif'
GROUP BY u.id;
CREATE UNIQUE INDEX rekap_unit_kode ON kepegawaian.rekap_unit (kode);

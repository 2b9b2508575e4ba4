-- Rows of the sample personnel application: the same on every run, made from word lists; no one of them exists.
CREATE FUNCTION pg_temp.pilih(nomor bigint, garam text, banyak integer) RETURNS integer
LANGUAGE sql IMMUTABLE
RETURN 1 + ('x' || substr(md5(garam || nomor), 1, 7))::bit(28)::int % banyak;

CREATE TEMPORARY TABLE kata AS SELECT
    ARRAY[
        'Agus', 'Bambang', 'Cahya', 'Dadang', 'Eko', 'Fajar', 'Gunawan', 'Hendra', 'Iwan', 'Joko', 'Kusnadi',
        'Lukman', 'Maman', 'Nanang', 'Oman', 'Purnomo', 'Rahmat', 'Slamet', 'Taufik', 'Ujang', 'Wahyu', 'Yusuf'
    ] AS pria,
    ARRAY[
        'Ani', 'Bunga', 'Citra', 'Dewi', 'Endang', 'Fitri', 'Gita', 'Hesti', 'Indah', 'Juwita', 'Kartika',
        'Lilis', 'Maya', 'Nining', 'Oktavia', 'Puspita', 'Ratna', 'Sari', 'Tuti', 'Utami', 'Wulan', 'Yanti'
    ] AS wanita,
    ARRAY[
        'Adinata', 'Budiman', 'Cakradinata', 'Darmawan', 'Effendi', 'Firmansyah', 'Gumilar', 'Hidayat', 'Iskandar',
        'Jayadi', 'Kurniawan', 'Lesmana', 'Mulyana', 'Nugraha', 'Permana', 'Rusmana', 'Setiawan', 'Suryana',
        'Tirtayasa', 'Wibawa', 'Wijaya', 'Yudhistira', 'Zulkarnain', 'Suhendar', 'Sudrajat', 'Supriatna'
    ] AS belakang,
    ARRAY['Cirebon', 'Indramayu', 'Kuningan', 'Majalengka', 'Bandung', 'Brebes', 'Tegal', 'Subang'] AS kota,
    ARRAY['Sumber', 'Weru', 'Plered', 'Arjawinangun', 'Palimanan', 'Lemahabang', 'Ciledug', 'Gegesik'] AS kecamatan,
    ARRAY['Melati', 'Kenanga', 'Mawar', 'Cempaka', 'Dahlia', 'Flamboyan', 'Anggrek', 'Teratai'] AS jalan;

INSERT INTO kepegawaian.pegawai (
    nip, nama, jenis_kelamin, tempat_lahir, tanggal_lahir, tmt_cpns, golongan, jabatan_id, unit_id, pendidikan,
    status, surel, alamat
)
SELECT
    to_char(lahir, 'YYYYMMDD') || to_char(tmt, 'YYYYMM') || (CASE kelamin WHEN 'L' THEN '1' ELSE '2' END)
    || 900 + row_number() OVER (PARTITION BY lahir, tmt, kelamin ORDER BY n),
    depan || ' ' || belakang[pg_temp.pilih(n, 'b', 26)], kelamin, kota[pg_temp.pilih(n, 'k', 8)], lahir, tmt,
    (SELECT g.kode FROM referensi.golongan AS g WHERE g.urutan = pg_temp.pilih(n, 'g', 11)),
    pg_temp.pilih(n, 'j', 15), 10 + pg_temp.pilih(n, 'u', 40),
    (ARRAY['SMA', 'D3', 'S1', 'S1', 'S1', 'S2'])[pg_temp.pilih(n, 'p', 6)],
    (ARRAY['Aktif', 'Aktif', 'Aktif', 'Aktif', 'Aktif', 'Aktif', 'Tugas Belajar', 'Pensiun'])
    [pg_temp.pilih(n, 's', 8)]::kepegawaian.status_pegawai,
    lower(depan) || '.' || n || '@simpeg.example',
    jsonb_build_object(
        'jalan', 'Jalan ' || jalan[pg_temp.pilih(n, 'a', 8)] || ' Nomor ' || pg_temp.pilih(n, 'o', 150),
        'kecamatan', kecamatan[pg_temp.pilih(n, 'c', 8)]
    )
FROM (
    SELECT
        n, kata.*,
        CASE pg_temp.pilih(n, 'l', 2) WHEN 1 THEN 'L' ELSE 'P' END AS kelamin,
        (CASE pg_temp.pilih(n, 'l', 2) WHEN 1 THEN pria ELSE wanita END)[pg_temp.pilih(n, 'd', 22)] AS depan,
        date '1966-01-01' + pg_temp.pilih(n, 't', 12000) AS lahir,
        date_trunc('month', date '1966-01-01' + pg_temp.pilih(n, 't', 12000) + 8400 + pg_temp.pilih(n, 'm', 1500))::date
            AS tmt
    FROM generate_series(1, 9000) AS n, kata
) AS orang
ORDER BY n;

INSERT INTO kepegawaian.riwayat_pangkat (pegawai_id, golongan, tmt, nomor_sk)
SELECT
    p.id, g.kode, (p.tmt_cpns + make_interval(years => 4 * (g.urutan - awal.urutan)))::date,
    format('823/%s-BKPSDM/%s', nextval('kepegawaian.nomor_sk'), extract(YEAR FROM p.tmt_cpns)::int)
FROM kepegawaian.pegawai AS p
INNER JOIN referensi.golongan AS akhir ON p.golongan = akhir.kode
CROSS JOIN LATERAL (SELECT greatest(1, akhir.urutan - pg_temp.pilih(p.id, 'r', 4)) AS urutan) AS awal
INNER JOIN referensi.golongan AS g ON g.urutan BETWEEN awal.urutan AND akhir.urutan
ORDER BY p.id, g.urutan;

INSERT INTO kepegawaian.keluarga (pegawai_id, hubungan, nama, tanggal_lahir)
SELECT
    p.id,
    CASE WHEN ke > 1 THEN 'Anak' WHEN p.jenis_kelamin = 'L' THEN 'Istri' ELSE 'Suami' END,
    (CASE WHEN (ke = 1) = (p.jenis_kelamin = 'L') THEN kata.wanita ELSE kata.pria END)
    [pg_temp.pilih(p.id * 10 + ke, 'f', 22)] || ' ' || kata.belakang[pg_temp.pilih(p.id, 'b', 26)],
    p.tanggal_lahir + CASE WHEN ke = 1 THEN pg_temp.pilih(p.id, 'q', 1500) ELSE 9000 + 900 * ke END
FROM kepegawaian.pegawai AS p, kata, generate_series(1, 4) AS ke
WHERE ke < pg_temp.pilih(p.id, 'h', 5)
ORDER BY p.id, ke;

INSERT INTO kepegawaian.cuti (pegawai_id, jenis, mulai, selesai, keterangan)
SELECT
    p.id, (ARRAY['CT', 'CT', 'CT', 'CS', 'CAP'])[pg_temp.pilih(p.id * 10 + ke, 'jc', 5)], mulai,
    mulai + pg_temp.pilih(p.id * 10 + ke, 'lc', 5) - 1,
    (ARRAY['Keperluan keluarga', 'Pemulihan kesehatan', 'Menjenguk orang tua', NULL])[pg_temp.pilih(p.id, 'kc', 4)]
FROM kepegawaian.pegawai AS p, generate_series(1, 3) AS ke,
    LATERAL (SELECT date '2024-01-01' + 300 * (ke - 1) + pg_temp.pilih(p.id * 10 + ke, 'mc', 280) AS mulai) AS tgl
WHERE ke <= pg_temp.pilih(p.id, 'bc', 3) AND p.status <> 'Pensiun'
ORDER BY p.id, ke;

INSERT INTO kepegawaian.kehadiran (pegawai_id, tanggal, masuk, pulang)
SELECT
    p.id, hari::date,
    time '07:10' + make_interval(mins => pg_temp.pilih(p.id * 1000 + extract(DOY FROM hari)::int, 'masuk', 35)),
    time '16:00' + make_interval(mins => pg_temp.pilih(p.id * 1000 + extract(DOY FROM hari)::int, 'pulang', 45))
FROM kepegawaian.pegawai AS p, generate_series(timestamp '2026-09-01', timestamp '2026-10-30', interval '1 day') AS hari
WHERE p.status = 'Aktif' AND p.id % 12 = 0 AND extract(ISODOW FROM hari) < 6
ORDER BY hari, p.id;

-- The trigger writes its log here.
UPDATE kepegawaian.pegawai
SET jabatan_id = jabatan_id % 15 + 1, diperbarui = timestamptz '2026-03-02 09:00+07'
WHERE id % 25 = 0;

INSERT INTO kepegawaian.lampiran (nama, jenis_media, isi)
VALUES
(
    'lambang.svg', 'image/svg+xml',
    lo_from_bytea(0, convert_to('<svg xmlns="http://www.w3.org/2000/svg"><circle r="40"/></svg>', 'UTF8'))
),
(
    'panduan.txt', 'text/plain',
    lo_from_bytea(0, convert_to(repeat('Panduan pengisian data kepegawaian SIMPEG. ', 5000), 'UTF8'))
);

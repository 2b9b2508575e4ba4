-- Office-like text and JSON; pgbench adds its own rows. `rows` is given by psql's -v.
CREATE TABLE surat (
    id bigint PRIMARY KEY, nomor text, perihal text, isi text, dibuat timestamptz, nip char(18)
);
WITH kamus AS (
    SELECT ARRAY[
        'permohonan', 'pencadangan', 'basis', 'data', 'kepegawaian', 'aplikasi', 'server', 'dinas', 'kabupaten',
        'surat', 'nomor', 'tahun', 'anggaran', 'pegawai', 'golongan', 'jabatan', 'unit', 'kerja', 'laporan',
        'kegiatan', 'bidang', 'seksi', 'kepala', 'tanggal', 'sesuai', 'dengan', 'ketentuan', 'berlaku', 'dalam',
        'rangka', 'pelaksanaan', 'pemerintah', 'daerah', 'sistem', 'informasi', 'layanan', 'publik',
        'pengelolaan', 'jaringan', 'pusat'
    ] AS kata
)
INSERT INTO surat
SELECT
    i,
    '045.2/' || (i % 9999) || '/Diskominfo/' || (2015 + i % 11),
    'Permohonan ' || kata[1 + (hashint8(i) & 31)] || ' ' || kata[1 + (hashint8(i + 7) & 31)],
    (SELECT string_agg(kata[1 + (abs(hashint8(i * 61 + k)) % 40)], ' ') FROM generate_series(1, 45) AS k),
    timestamptz '2015-01-01' + (i * 37 % 300000000) * interval '1 second',
    lpad((hashint8extended(i, 1) & 9007199254740991)::text, 18, '1')
FROM kamus, generate_series(1, :rows) AS i;

CREATE TABLE log_aplikasi (id bigint PRIMARY KEY, isi jsonb);
INSERT INTO log_aplikasi
SELECT
    i,
    jsonb_build_object(
        'user', 'u' || (abs(hashint8(i)) % 5000),
        'aksi', (ARRAY['login', 'simpan', 'hapus', 'cetak', 'unduh'])[1 + abs(hashint8(i + 3)) % 5],
        'ip', '10.' || (abs(hashint8(i)) % 255) || '.' || (i % 255) || '.7',
        'waktu', timestamptz '2024-01-01' + i * interval '13 second',
        'sesi', md5(i::text),
        'ok', i % 17 <> 0,
        'halaman', '/kepegawaian/pegawai/' || (abs(hashint8(i + 9)) % 90000) || '/riwayat'
    )
FROM generate_series(1, :rows) AS i;

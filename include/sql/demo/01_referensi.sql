-- Reference data of the sample personnel application: grades, posts, units, schooling, kinds of leave.
CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE SCHEMA referensi;
COMMENT ON SCHEMA referensi IS 'Data acuan SIMPEG';

CREATE TYPE referensi.jenis_jabatan AS ENUM ('Struktural', 'Fungsional', 'Pelaksana');

CREATE TABLE referensi.golongan (
    kode text PRIMARY KEY,
    pangkat text NOT NULL,
    urutan smallint NOT NULL UNIQUE
);

INSERT INTO referensi.golongan (kode, pangkat, urutan)
SELECT kode, pangkat, urutan
FROM unnest(
    ARRAY['II/a', 'II/b', 'II/c', 'II/d', 'III/a', 'III/b', 'III/c', 'III/d', 'IV/a', 'IV/b', 'IV/c'],
    ARRAY[
        'Pengatur Muda', 'Pengatur Muda Tingkat I', 'Pengatur', 'Pengatur Tingkat I', 'Penata Muda',
        'Penata Muda Tingkat I', 'Penata', 'Penata Tingkat I', 'Pembina', 'Pembina Tingkat I', 'Pembina Utama Muda'
    ]
) WITH ORDINALITY AS daftar (kode, pangkat, urutan);

CREATE TABLE referensi.pendidikan (
    kode text PRIMARY KEY,
    nama text NOT NULL,
    urutan smallint NOT NULL UNIQUE
);

INSERT INTO referensi.pendidikan (kode, nama, urutan)
VALUES
('SMA', 'Sekolah Menengah Atas', 1),
('D3', 'Diploma Tiga', 2),
('S1', 'Sarjana', 3),
('S2', 'Magister', 4);

CREATE TABLE referensi.unit_kerja (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kode citext NOT NULL UNIQUE,
    nama text NOT NULL,
    induk_id integer REFERENCES referensi.unit_kerja (id)
);

INSERT INTO referensi.unit_kerja (kode, nama)
VALUES
('BKPSDM', 'Badan Kepegawaian dan Pengembangan Sumber Daya Manusia'),
('DISDIK', 'Dinas Pendidikan'),
('DINKES', 'Dinas Kesehatan'),
('DISKOMINFO', 'Dinas Komunikasi dan Informatika'),
('DISDUKCAPIL', 'Dinas Kependudukan dan Pencatatan Sipil'),
('DPUTR', 'Dinas Pekerjaan Umum dan Tata Ruang'),
('DISHUB', 'Dinas Perhubungan'),
('DISTAN', 'Dinas Pertanian'),
('DINSOS', 'Dinas Sosial'),
('BAPPEDA', 'Badan Perencanaan Pembangunan Daerah');

INSERT INTO referensi.unit_kerja (kode, nama, induk_id)
SELECT induk.kode || '-' || bagian.urutan, bagian.nama || ' ' || induk.nama, induk.id
FROM referensi.unit_kerja AS induk
CROSS JOIN unnest(ARRAY['Sekretariat', 'Bidang Layanan', 'Bidang Pembinaan', 'Unit Pelaksana Teknis'])
WITH ORDINALITY AS bagian (nama, urutan)
ORDER BY induk.id, bagian.urutan;

CREATE TABLE referensi.jabatan (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    nama text NOT NULL UNIQUE,
    jenis referensi.jenis_jabatan NOT NULL,
    kelas smallint NOT NULL CHECK (kelas BETWEEN 1 AND 17)
);

INSERT INTO referensi.jabatan (nama, jenis, kelas)
VALUES
('Kepala Bidang', 'Struktural', 11),
('Kepala Seksi', 'Struktural', 9),
('Sekretaris', 'Struktural', 12),
('Analis Kepegawaian Ahli Pertama', 'Fungsional', 8),
('Pranata Komputer Ahli Pertama', 'Fungsional', 8),
('Pranata Komputer Terampil', 'Fungsional', 6),
('Arsiparis Terampil', 'Fungsional', 6),
('Guru Ahli Muda', 'Fungsional', 9),
('Guru Ahli Pertama', 'Fungsional', 8),
('Perawat Ahli Pertama', 'Fungsional', 8),
('Bidan Terampil', 'Fungsional', 6),
('Penyuluh Pertanian Ahli Muda', 'Fungsional', 9),
('Pengelola Keuangan', 'Pelaksana', 6),
('Pengadministrasi Umum', 'Pelaksana', 5),
('Pengolah Data', 'Pelaksana', 6);

CREATE TABLE referensi.jenis_cuti (
    kode text PRIMARY KEY,
    nama text NOT NULL,
    batas_hari smallint NOT NULL CHECK (batas_hari > 0)
);

INSERT INTO referensi.jenis_cuti (kode, nama, batas_hari)
VALUES
('CT', 'Cuti Tahunan', 12),
('CS', 'Cuti Sakit', 365),
('CM', 'Cuti Melahirkan', 90),
('CAP', 'Cuti karena Alasan Penting', 30),
('CB', 'Cuti Besar', 90);

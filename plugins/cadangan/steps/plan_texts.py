"""The standing sentences of a back-up plan, in the words that the officers read."""

STEPS = (
    "Memeriksa persetujuan, ruang penyimpanan, dan versi klien.",
    "Membuka satu snapshot basis data, atau membaca pohon berkas; menghitung isi tiap tabel atau berkas dan digestnya.",
    "Membaca dump atau arsipnya, memampatkan, mengenkripsi, menghitung SHA-256, dan menulis ke setiap salinan.",
    "Membaca ulang setiap salinan, mencocokkan SHA-256, dan memeriksa daftar isi arsip terhadap manifes.",
    "Menyusun laporan dan meminta konfirmasi hasil.",
)
RISKS = (
    "Beban baca pada server sumber selama pelaksanaan.",
    "Perubahan struktur tabel (DDL) menunggu sampai dump selesai; hindari pemutakhiran aplikasi pada jadwal ini.",
)
ROLLBACK = "Back-up hanya membaca sumbernya. Bila gagal, berkas sementara dihapus dan sumber tetap seperti semula."
CRITERIA = (
    "Seluruh proses berakhir baik, setiap salinan dibaca ulang dan SHA-256-nya cocok, "
    "dan daftar isi arsip sesuai dengan manifes."
)
ENCRYPTION = "age (X25519)"

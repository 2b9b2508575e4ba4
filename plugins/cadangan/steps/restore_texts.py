"""The standing sentences of a restore's plan, in the words that the officers read."""

from cadangan.core.restoring import Mode

_RESTORE = (
    "Memeriksa persetujuan, sidik rencana, dan manifes cadangan.",
    "Membaca salinan, mencocokkan SHA-256, mendekripsi, dan memulihkan ke basis data baru dengan nama sementara.",
    "Membandingkan hasilnya dengan manifes: jumlah baris dan digest tiap tabel, seluruh objek, dan sekuens.",
)
_REPORT = "Menyusun laporan dan meminta konfirmasi hasil; bila belum sesuai, keadaan semula dikembalikan."
STEPS = {
    Mode.BESIDE: (*_RESTORE, "Memberi nama yang diminta.", _REPORT),
    Mode.ELSEWHERE: (*_RESTORE, "Memberi nama yang diminta.", _REPORT),
    Mode.IN_PLACE: (
        "Membuat cadangan pengaman dari basis data yang berjalan, memeriksanya, dan mencatatnya dalam register.",
        *_RESTORE,
        "Mengakhiri sesi yang masih ada, lalu menukar nama kedua basis data dalam satu transaksi.",
        _REPORT,
    ),
}
_LOAD = "Beban tulis dan pemakaian ruang pada server tujuan selama pelaksanaan."
RISKS = {
    Mode.BESIDE: (_LOAD,),
    Mode.ELSEWHERE: (_LOAD,),
    Mode.IN_PLACE: (
        _LOAD,
        "Data yang ditulis sesudah titik pulih tidak ada lagi dalam basis data yang berjalan.",
        "Data yang ditulis sesudah cadangan pengaman hanya ada dalam basis data lama sampai masa simpannya habis.",
        "Sambungan aplikasi terputus saat penukaran; aplikasi perlu menyambung kembali.",
    ),
}
METHOD = {
    Mode.BESIDE: "Pemulihan ke basis data baru pada server yang sama",
    Mode.ELSEWHERE: "Pemulihan ke basis data baru pada server lain",
    Mode.IN_PLACE: "Pemulihan di tempat: ke basis data baru, lalu menggantikan yang berjalan",
}
ROLLBACK = {
    Mode.BESIDE: "Basis data yang berjalan tidak disentuh; basis data hasil pemulihan dihapus.",
    Mode.ELSEWHERE: "Basis data yang berjalan tidak disentuh; basis data hasil pemulihan dihapus.",
    Mode.IN_PLACE: (
        "Nama kedua basis data ditukar kembali dalam satu transaksi, sehingga basis data lama berjalan lagi apa "
        "adanya; selain itu ada cadangan pengaman."
    ),
}
CRITERIA = "Seluruh proses berakhir baik, dan isi hasil pemulihan sama dengan manifes cadangan tanpa selisih."


def overwrites(database: str, server: str, keep_old_days: int) -> str:
    """Return what an in-place restore replaces."""
    kept = f"disimpan {keep_old_days} hari dengan nama lain" if keep_old_days else "dihapus"
    return (
        f"Basis data {database} pada {server} diganti. Yang lama tetap ada sampai hasilnya dikonfirmasi, "
        f"sesudah itu {kept}."
    )

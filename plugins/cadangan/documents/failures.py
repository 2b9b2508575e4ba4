"""What went wrong, as people read it: an Indonesian sentence a class of error, and beside it the message of the log."""

from collections.abc import Mapping
from dataclasses import dataclass

from cadangan import errors
from cadangan.documents.formats import size
from cadangan.documents.safety import one_line

LONGEST = 400

# What happened and who does what. A class without a sentence has its parent's; braces name what the error carries.
SENTENCES: Mapping[type[errors.CadanganError], str] = {
    errors.CadanganError: "Terjadi kegagalan teknis; log tugas diperiksa oleh personil data center.",
    errors.Violations: "Data belum memenuhi ketentuan; log tugas diperiksa oleh personil data center.",
    errors.ConfigError: "Konfigurasi sistem belum sesuai; perbaikannya dilakukan oleh personil data center.",
    errors.RequestRefused: "Data permohonan belum memenuhi ketentuan; alasannya disampaikan kepada pemohon.",
    errors.AnswerRefused: "Jawaban tidak dapat diterima; alasannya disampaikan melalui surel.",
    errors.NotConfigured: (
        "Server atau basis data ini belum terdaftar lengkap dalam sistem; "
        "pendaftarannya dilengkapi oleh personil data center."
    ),
    errors.ClockError: (
        "Waktu yang diperlukan berada di luar kalender kerja yang dikenal; "
        "kalender dilengkapi oleh personil data center."
    ),
    errors.HostError: (
        "Program pencadangan tidak dapat dijalankan sampai selesai pada mesin pekerja; "
        "mesin tersebut diperiksa oleh personil data center."
    ),
    errors.HostUnreachable: (
        "Mesin server tidak dapat dicapai melalui SSH atau sambungannya terputus; "
        "mesin, jaringan, dan akun SSH diperiksa oleh personil data center, kemudian pelaksanaan diulang."
    ),
    errors.HostKeyRefused: (
        "Kunci SSH mesin server belum terdaftar atau berbeda dari yang terdaftar; "
        "keasliannya dipastikan oleh personil data center sebelum pelaksanaan diulang."
    ),
    errors.ProgramMissing: (
        "Perangkat lunak yang diperlukan belum terpasang pada mesin tempat pencadangan dijalankan; "
        "pemasangannya dilakukan oleh personil data center."
    ),
    errors.RunMissed: (
        "Pencadangan terjadwal terlewat dan tidak disusulkan menurut kebijakannya; "
        "penyebab keterlambatannya ditelusuri oleh personil data center."
    ),
    errors.EngineError: (
        "Sumber data menolak atau tidak menyelesaikan permintaan; "
        "log server dan log tugas diperiksa oleh personil data center."
    ),
    errors.TargetUnreachable: (
        "Server basis data tidak dapat dihubungi atau menolak akun pencadangan; "
        "server, jaringan, dan akun tersebut diperiksa oleh personil data center."
    ),
    errors.ClientMissing: (
        "Perangkat lunak klien yang sesuai dengan versi server belum terpasang; "
        "pemasangannya pada mesin pekerja dilakukan oleh personil data center."
    ),
    errors.PrivilegeMissing: (
        "Akun pencadangan belum berhak membaca seluruh isi basis data; "
        "haknya dilengkapi oleh personil data center bersama pengelola basis data."
    ),
    errors.PathUnreadable: (
        "Berkas atau folder sumber tidak ditemukan atau tidak dapat dibaca oleh akun pencadangan; "
        "letak dan hak bacanya diperiksa oleh personil data center."
    ),
    errors.TargetUnfit: (
        "Pemeriksaan sebelum pencadangan menemukan halangan pada sumber data; "
        "halangannya diatasi oleh personil data center bersama pengelola basis data."
    ),
    errors.SourceDamaged: (
        "Basis data sumber rusak sehingga tidak dicadangkan; perbaikannya dilakukan oleh personil data center "
        "bersama pengelola aplikasi, kemudian pelaksanaan diulang."
    ),
    errors.RestoreError: (
        "Cadangan tidak dapat dipulihkan; penyebabnya diperiksa oleh personil data center berdasarkan log tugas."
    ),
    errors.RestoreRefused: (
        "Tempat pemulihan tidak memenuhi syarat, sehingga pemulihan tidak dimulai; "
        "tempat tersebut diperiksa oleh personil data center."
    ),
    errors.RestoreFailed: (
        "Pemulihan cadangan berhenti sebelum selesai atau tidak menghasilkan apa pun; "
        "cadangan ini belum terbukti dapat dipulihkan."
    ),
    errors.RehearsalFailed: (
        "Cadangan tidak lulus uji pulih, sehingga belum dapat diandalkan; "
        "pencadangan diulang setelah penyebabnya diperiksa oleh personil data center."
    ),
    errors.RestoreDiffers: (
        "Hasil pemulihan berbeda dari manifes cadangan, sehingga tidak dipakai dan telah dihapus; "
        "selisihnya tercantum dalam laporan."
    ),
    errors.RestoreUnsettled: (
        "Keputusan atas hasil pemulihan belum dapat dilaksanakan seluruhnya; "
        "keadaan basis data diperiksa oleh personil data center."
    ),
    errors.TablesBusy: (
        "Tabel sedang dikunci atau diubah oleh proses lain; "
        "pelaksanaan diulang oleh personil data center setelah proses tersebut selesai."
    ),
    errors.StreamError: (
        "Kompresi atau enkripsi data cadangan gagal sehingga cadangan tidak terbentuk; "
        "konfigurasinya diperiksa oleh personil data center."
    ),
    errors.SourceFailed: (
        "Proses dump berakhir sebelum selesai sehingga cadangan tidak terbentuk; "
        "penyebabnya ditelusuri oleh personil data center, kemudian pelaksanaan diulang."
    ),
    errors.SourceStalled: (
        "Proses dump tidak lagi mengirim data dan dihentikan sehingga cadangan tidak terbentuk; "
        "beban dan penguncian pada server diperiksa oleh personil data center, kemudian pelaksanaan diulang."
    ),
    errors.KeyMissing: (
        "Salinan tidak dibuka dan isinya tidak dibandingkan karena kunci age tidak tersedia pada mesin ini."
    ),
    errors.UnsealFailed: (
        "Salinan tidak dapat dibuka sampai akhir sehingga isinya tidak dibandingkan; "
        "kunci dan berkas salinan diperiksa oleh personil data center."
    ),
    errors.CopyFailed: (
        "Penulisan ke tujuan penyimpanan {destination} gagal; "
        "tujuan tersebut diperiksa oleh personil data center, kemudian pelaksanaan diulang."
    ),
    errors.NameInvalid: (
        "Nama cadangan tidak sah; nama aset dan nomor permohonan diperiksa oleh personil data center."
    ),
    errors.VaultError: (
        "Tujuan penyimpanan {destination} tidak dapat dipakai; "
        "tujuan dan jalur ke sana diperiksa oleh personil data center."
    ),
    errors.NoSpace: (
        "Ruang pada tujuan penyimpanan {destination} kurang dari {needed_bytes} yang mungkin diperlukan; "
        "ruangnya ditambah oleh personil data center, kemudian pelaksanaan diulang."
    ),
    errors.CopyMissing: (
        "Berkas salinan tidak ada di tujuan penyimpanan {destination}; "
        "keberadaannya ditelusuri oleh personil data center."
    ),
    errors.DigestMismatch: (
        "Isi berkas salinan di tujuan penyimpanan {destination} tidak sama dengan yang ditulis; "
        "salinan tersebut tidak boleh dipakai, dan penyimpanannya diperiksa oleh personil data center."
    ),
    errors.ManifestMismatch: (
        "Isi salinan di tujuan penyimpanan {destination} tidak utuh atau tidak sesuai dengan manifesnya; "
        "pencadangan diulang oleh personil data center."
    ),
    errors.CheckFailed: (
        "Salinan di tujuan penyimpanan {destination} tidak lulus pemeriksaan; "
        "penyimpanan diperiksa dan pencadangan diulang oleh personil data center."
    ),
    errors.RegisterError: (
        "Register layanan tidak dapat dibaca atau ditulis; basis data register diperiksa oleh personil data center."
    ),
    errors.RecordMissing: (
        "Catatan yang diperlukan tidak ada dalam register; tugas yang membuatnya diulang oleh personil data center."
    ),
    errors.StateConflict: (
        "Status permohonan tidak memperkenankan tindakan ini; permohonan ditinjau kembali oleh personil data center."
    ),
    errors.ApprovalMissing: (
        "Tidak ada persetujuan yang berlaku untuk tindakan ini; "
        "gerbang persetujuan dijawab kembali oleh pejabat yang berwenang."
    ),
    errors.AuditBroken: (
        "Jejak audit tidak utuh; register diperiksa oleh personil data center sebelum pelaksanaan dilanjutkan."
    ),
    errors.DocumentError: (
        "Dokumen tidak dapat disusun; templat dan data permohonan diperiksa oleh personil data center."
    ),
    errors.MailFailed: (
        "Surel belum dapat dikirim dan tetap tersimpan untuk dikirim kembali; "
        "server surel diperiksa oleh personil data center."
    ),
    errors.RequestFailed: "Permohonan berakhir gagal; penyebabnya tercantum dalam laporan.",
}


@dataclass(frozen=True)
class Told:
    """A failure as people read it.

    :param sentence: Indonesian, for everyone.
    :param detail: the English message on one line, for the staff alone: it may name hosts, accounts and paths.
    """

    sentence: str
    detail: str


def told(err: Exception) -> Told:
    """Return what to show of `err`, one of Cadangan's or any other."""
    mine = isinstance(err, errors.CadanganError)
    kinds = type(err).__mro__ if mine else (errors.CadanganError,)
    template = next(SENTENCES[kind] for kind in kinds if kind in SENTENCES)
    facts = {name: size(value) if isinstance(value, int) else value for name, value in vars(err).items()}
    detail = one_line(err if mine else f"{type(err).__name__}: {err}")
    return Told(template.format(**facts), detail if len(detail) <= LONGEST else f"{detail[: LONGEST - 1]}…")

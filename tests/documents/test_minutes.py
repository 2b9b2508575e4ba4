"""Minutes: between whom, of what, signed where; and the letters about a request."""

from dataclasses import replace

import pytest

from cadangan.core.states import Result, Status
from cadangan.documents import render
from cadangan.documents.audience import Audience
from cadangan.documents.views.backup_minutes import backup_minutes
from cadangan.documents.views.minutes import Minutes
from cadangan.errors import DocumentError
from tests.documents import acts, builders
from tests.documents.reading import squeezed, texts

SOP, ASSETS = builders.sop(), builders.assets()


def test_the_minutes_of_a_back_up_name_the_parties_the_result_and_the_confirmation() -> None:
    view = backup_minutes(builders.confirmed("Sesuai", "Sudah diperiksa"), SOP, ASSETS)
    for text in texts(render.minutes(view)).values():
        for fact in (
            "BERITA ACARA PELAKSANAAN BACK-UP",
            "Nomor: ___/BR-2026-00001/BA",
            "Pada hari ini, Senin, tanggal dua puluh tiga bulan November tahun dua ribu dua puluh enam",
            "bertempat di Sumber, kami yang bertanda tangan",
            "Agus Hidayat",
            "Personil Data Center, Dinas Komunikasi dan Informatika selanjutnya disebut PIHAK KESATU",
            "Pengelola SIMPEG, Badan Kepegawaian dan Pengembangan Sumber Daya Manusia selanjutnya disebut PIHAK KEDUA",
            "Nomor 800/1234/BKPSDM tanggal 20 November 2026",
            "150.554 baris",
            "287,7 MB",
            "90 (sembilan puluh) hari",
            "telah dikonfirmasi Sesuai oleh Dewi Lestari",
            "dengan catatan: Sudah diperiksa.",
            "PIHAK KEDUA, ",
            "Siti Rahmawati, S.Kom.",
            "NIP. 197008081990021001",
            "Ruang tanda tangan elektronik (TTE)",
            "srv-kepegawaian",
        ):
            assert squeezed(fact) in squeezed(text)
        assert "3f" * 32 in squeezed(text)


def test_who_signed_the_letter_signs_when_the_section_confirmed() -> None:
    confirmed = builders.confirmed()
    confirmed.decisions[-1].by_user, confirmed.decisions[-1].by_name = "kasi", "Siti Rahmawati, S.Kom."
    (first, second) = backup_minutes(confirmed, SOP, ASSETS).opening.parties
    assert (first.name, second.name, second.nip) == ("Agus Hidayat", "Hendra Wijaya, S.E.", "197512122000031004")


def test_an_item_that_failed_has_no_evidence_in_the_minutes() -> None:
    items = [
        builders.item(result=Result.SUCCEEDED, backups=[builders.backup()]),
        builders.item(
            id=2, position=2, asset="absensi", result=Result.FAILED, error="gagal", backups=[builders.backup()]
        ),
    ]
    for text in texts(render.minutes(backup_minutes(builders.confirmed(items=items), SOP, ASSETS))).values():
        assert "Gagal" in text
        assert squeezed(text).count("3f" * 32) == 1


def test_there_are_no_minutes_without_a_confirmation() -> None:
    with pytest.raises(DocumentError, match="no confirmation"):
        backup_minutes(builders.executed(), SOP, ASSETS)


@pytest.mark.parametrize(
    ("view", "facts"),
    [
        (
            acts.restore(),
            (
                "Pada hari ini, Rabu, tanggal dua puluh lima bulan November tahun dua ribu dua puluh enam",
                "restore (pemulihan) untuk pengembalian data jabatan yang terhapus",
                "simpeg_pulih pada srv-kepegawaian",
                "☐ Ya",
                "Senin, 23 November 2026 pukul 10.20 WIB",
                "(18 menit)",
                "1.234.567.890",
                "Cadangan pengaman : tidak diperlukan",
            ),
        ),
        (
            acts.rollback(),
            (
                "keadaan sebelum pemulihan",
                "Data presensi setelah titik pulih ternyata masih diperlukan.",
                "Siti Rahmawati, S.Kom., Kepala Seksi Infrastruktur dan Teknologi",
                "simpeg pada srv-kepegawaian",
                "Rabu, 25 November 2026 pukul 09.00 WIB",
            ),
        ),
        (
            acts.destruction(),
            (
                "yang bertanda tangan di bawah ini",
                "7 (tujuh) dari 8 (delapan) cadangan",
                "3,9 GB (3.934.000.056 bita)",
                "Dipertahankan: cadangan terakhir yang terbukti baik",
                "sftp://•••@10.20.30.40/vault/simpeg",
                "Masa simpan 90 hari berakhir",
            ),
        ),
        (
            acts.review(),
            (
                "tahun 2026 (dua ribu dua puluh enam)",
                "31 (tiga puluh satu)",
                "Penanggung jawab aplikasi berganti sejak Juni 2026.",
                "paling lambat Kamis, 25 November 2027",
                "10.20.30.40",
                "dihapus 1",
            ),
        ),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, tuple) else "",
)
def test_minutes_tell_what_was_done(view: Minutes, facts: tuple[str, ...]) -> None:
    for text in texts(render.minutes(view)).values():
        for fact in (*facts, "Demikian Berita Acara ini dibuat", "Mengetahui, Kepala Bidang Aplikasi Informatika"):
            assert squeezed(fact) in squeezed(text)
    for text in texts(render.minutes(view, Audience.PUBLIC)).values():
        for private in ("srv-kepegawaian", "10.20.30.40", "/var/lib/cadangan", "sftp:"):
            assert private not in squeezed(text)


def test_what_differs_after_a_restore_is_told_to_the_office_alone() -> None:
    view = acts.restore(restored=(acts.restored(differences=("Tabel gaji memuat 3 baris.",), result="Gagal"),))
    whole, public = (texts(render.minutes(view, audience)) for audience in Audience)
    assert all("Tabel gaji memuat 3 baris." in text for text in whole.values())
    assert all("gaji" not in text and "1 butir, dirinci dalam naskah lengkap" in text for text in public.values())


def test_a_copy_that_is_still_there_is_not_counted_as_destroyed() -> None:
    left = acts.destroyed(1)
    left = replace(left, copies=(left.copies[0], replace(left.copies[1], gone_at=None)))
    for text in texts(render.minutes(acts.destruction(destroyed=(left,)))).values():
        assert "0 (nol) dari 1 (satu) cadangan" in text
        assert "Belum seluruhnya" in text
        assert "masih ada" in text


def test_the_receipt_tells_the_requester_what_comes_next_and_by_when() -> None:
    for text in texts(render.receipt(builders.request(), SOP, ASSETS)).values():
        for fact in (
            "TANDA TERIMA SURAT PERMOHONAN",
            "BR-2026-00001",
            "Senin, 23 November 2026 pukul 09.00 WIB",
            "paling lambat Senin, 23 November 2026 pukul 09.15 WIB",
            "2. Memverifikasi dan mendisposisikan",
            "1 hari kerja",
            "Agus Hidayat",
        ):
            assert fact in text
        assert "srv-" not in text


@pytest.mark.parametrize(
    ("step", "choice", "status", "words", "signer"),
    [
        ("verify", "Kembalikan untuk perbaikan", Status.RETURNED, "kami kembalikan untuk diperbaiki", "Drs. Bambang"),
        ("verify", "Tolak", Status.REJECTED, "belum dapat kami penuhi", "Drs. Bambang"),
        ("plan", "Kembalikan", Status.RETURNED, "kami kembalikan untuk diperbaiki", "Siti Rahmawati"),
    ],
)
def test_the_letter_gives_the_reason_and_is_signed_by_who_decided(
    step: str, choice: str, status: Status, words: str, signer: str
) -> None:
    decision = builders.decision(step, choice, note="Surat belum ditandatangani.")
    request = builders.request(status=status, decisions=[decision], closed_at=builders.after(60))
    for text in texts(render.reply(request, SOP, ASSETS)).values():
        for fact in (
            "Nomor : ___/BR-2026-00001/Diskominfo Sumber, 23 November 2026",
            "Yth. Kepala BKPSDM",
            "surat Saudara Nomor 800/1234/BKPSDM tanggal 20 November 2026",
            words,
            "Surat belum ditandatangani.",
            signer,
            "Tembusan:",
        ):
            assert fact in text

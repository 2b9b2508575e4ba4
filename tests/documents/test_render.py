import io
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from cadangan.config.sop import Sop
from cadangan.core.states import Result, Status
from cadangan.documents import environment, render, safety
from cadangan.documents.views.disposition import disposition as view_of_disposition
from cadangan.documents.views.report import report as view_of_report
from cadangan.errors import DocumentError
from tests.documents import builders
from tests.documents.reading import odf_text, pdf_text, squeezed, texts

SOP, ASSETS = builders.sop(), builders.assets()
ANY_TEXT = st.text(alphabet=st.characters(codec=None), max_size=60)


def with_office(**changes: Any) -> Sop:
    return builders.sop(office={**SOP.office.model_dump(), **changes})


def two_items() -> list[Any]:
    error = "pg_dump berhenti dengan kode 1. Periksa server, lalu ulangi."
    return [
        builders.item(result=Result.SUCCEEDED, backups=[builders.backup()]),
        builders.item(id=2, position=2, asset="absensi", result=Result.FAILED, error=error),
    ]


def test_every_document_comes_as_flat_odf_and_as_archivable_pdf() -> None:
    editions = render.disposition(builders.planned(), SOP, ASSETS)
    assert [edition.name for edition in editions] == [
        "BR-2026-00001-disposisi.fodt",
        "BR-2026-00001-disposisi.pdf",
    ]
    assert ET.fromstring(editions[0].content).tag.endswith("}document")
    assert b"pdfaid" in PdfReader(io.BytesIO(editions[1].content)).xmp_metadata.stream.get_data()  # type: ignore[union-attr]


def test_the_check_boxes_are_drawn_from_a_font_that_has_them() -> None:
    page = PdfReader(io.BytesIO(render.disposition(builders.planned(), SOP, ASSETS)[1].content)).pages[0]
    fonts = [str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    assert any("DejaVu" in name for name in fonts), f"only {fonts}; apt-get install fonts-dejavu-core"


def test_the_disposition_routes_an_approved_request() -> None:
    for text in texts(render.disposition(builders.planned(), SOP, ASSETS)).values():
        for fact in (
            "PEMERINTAH KABUPATEN CIREBON",
            "BR-2026-00001",
            "Senin, 23 November 2026 pukul 09.00 WIB",
            "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia",
            "800/1234/BKPSDM",
            "20 November 2026",
            "☑ Segera",
            "☐ Rahasia",
            "AR-0001",
            "1,4 GB",
            "☑ Lengkap",
            "☐ Ditolak",
            "Seksi Infrastruktur dan Teknologi Tim Personil Data Center",
            "☑ Proses lebih lanjut",
            "Agar segera dilaksanakan.",
            "Drs. Bambang Sutrisno, M.Si.",
            "Pembina (IV/a)",
            "NIP. 197008081990021001",
            "Ruang tanda tangan elektronik (TTE)",
        ):
            assert fact in text


@pytest.mark.parametrize(
    ("choice", "status", "ticked"),
    [
        ("Kembalikan untuk perbaikan", Status.RETURNED, "☑ Dikembalikan"),
        ("Tolak", Status.REJECTED, "☑ Ditolak"),
    ],
)
def test_the_disposition_tells_why_a_request_was_not_taken(choice: str, status: Status, ticked: str) -> None:
    decision = builders.decision("verify", choice, note="Surat belum ditandatangani.")
    request = builders.request(status=status, decisions=[decision], close_note="Surat belum ditandatangani.")
    for text in texts(render.disposition(request, SOP, ASSETS)).values():
        assert ticked in text
        assert "Alasan : Surat belum ditandatangani." in text
        assert "Tidak diteruskan" in text
        assert "☑ Proses lebih lanjut" not in text


def test_the_disposition_says_when_the_planner_sent_the_request_back() -> None:
    returned = builders.decision("plan", "Kembalikan", note="Personil tidak tersedia.")
    request = builders.request(
        status=Status.RETURNED, decisions=[builders.decision("verify", "Setujui dan disposisikan"), returned]
    )
    for text in texts(render.disposition(request, SOP, ASSETS)).values():
        assert "☑ Lengkap" in text
        assert "dikembalikan pada tahap perencanaan: Personil tidak tersedia." in text


def test_the_plan_says_all_that_is_executed() -> None:
    plan = builders.plan()
    for text in texts(render.plan(builders.planned(), plan, SOP, ASSETS)).values():
        for fact in (
            "BR-2026-00001/RENCANA/1",
            "Disposisi Nomor BR-2026-00001 tanggal 23 November 2026",
            "Ketersediaan personil : ☑ Ya",
            "Senin, 23 November 2026 pukul 10.15 WIB",
            "Senin, 23 November 2026 pukul 10.21 WIB",
            "Agus Hidayat",
            "logis, penuh",
            "pg_dump 15.6",
            "1,4 GB 6 menit",
            "file:///var/lib/cadangan/vault",
            "512 GB",
            "90 hari",
            "age (X25519)",
            "Beban baca pada server basis data.",
            "Back-up hanya membaca basis data",
            "SHA-256 setiap salinan cocok.",
            "Siti Rahmawati, S.Kom.",
        ):
            assert fact in text
        assert plan.sha256() in squeezed(text)
        assert "DRAF" not in text


def test_a_plan_that_nobody_approved_says_that_it_is_a_draft() -> None:
    request = builders.request(status=Status.DISPOSED)
    for text in texts(render.plan(request, builders.plan(preconditions={}), SOP, ASSETS)).values():
        assert "DRAF – BELUM DISETUJUI" in text
        assert "☑ Ya" not in text


def test_the_report_shows_the_evidence_of_every_item() -> None:
    for text in texts(render.report(builders.executed(), SOP, ASSETS)).values():
        for fact in (
            "Hasil : Berhasil",
            "3 tabel, 150.554 baris, 1 sekuens, 1 objek besar",
            "Senin, 23 November 2026 pukul 10.20 WIB",
            "287.654.321 bita",
            "6 menit",
            "pg_dump (PostgreSQL) 15.6",
            "age -d -i kunci.txt BERKAS | zstd -d | pg_restore -d DATABASE",
            "Uji pulih simpeg : tidak dijalankan",
            "Belum dijalankan.",
            "Penyimpangan : Tidak ada",
            "Kunci privat tidak ada di mesin ini.",
            "Menambah salinan di lokasi terpisah",
            "Belum ada konfirmasi.",
            "15 menit",
            "Tepat waktu",
        ):
            assert fact in text
        assert "3f" * 32 in squeezed(text)
        assert "simpeg_20261123T032000Z_BR-2026-00001_r1_i1.dump.zst.age" in squeezed(text)


def test_the_report_of_a_file_tree_counts_files_and_names_what_changed() -> None:
    files = [["./", "directory", 0, ""], ["./a", "file", 1500, "3f" * 32], ["./b", "file", 500, ""]]
    changed = ["./a: file changed as we read it", "./c: File removed before we read it", "./d: lain"]
    changed += [f"./{number}: File shrank by 7 bytes; padding with zeros" for number in range(100)]
    facts = builders.manifest()
    artefact = facts["artefacts"][0] | {"kind": "files"}
    inventory = {"tables": [], "files": files, "changed": changed}
    manifest = builders.manifest(inventory=inventory, artefacts=[artefact])
    item = builders.item(result=Result.SUCCEEDED, backups=[builders.backup(manifest=manifest)])
    for text in texts(render.report(builders.executed(items=[item]), SOP, ASSETS)).values():
        for fact in (
            "2 berkas, 2 kB",
            "Digest isi : 1 dari 2 berkas",
            "1 folder",
            "./a: berubah selama dibaca",
            "./c: dihapus sebelum dibaca",
            "./d: lain",
            "./9: memendek 7 bita selama dibaca",
            "dan 3 lainnya",
        ):
            assert fact in text
        assert "baris" not in text


def test_a_check_that_did_not_run_never_reads_as_passed() -> None:
    copies = [builders.copy(digest_check="tidak dijalankan")]
    request = builders.executed(
        items=[builders.item(result=Result.SUCCEEDED, backups=[builders.backup(copies=copies)])]
    )
    for text in texts(render.report(request, SOP, ASSETS)).values():
        assert "lulus" not in text
        assert "pemeriksaan salinan belum lengkap" in text


def test_a_partial_result_names_what_failed_and_what_to_do() -> None:
    request = builders.executed(items=two_items(), result=Result.PARTIAL)
    for text in texts(render.report(request, SOP, ASSETS)).values():
        assert "Hasil : Berhasil sebagian" in text
        assert "absensi: pg_dump berhenti dengan kode 1. Periksa server, lalu ulangi." in text
        assert "Sebanyak 1 (satu) dari 2 (dua) objek berhasil dicadangkan" in text
        assert "absensi: tidak ada salinan yang dapat diperiksa." in text


def test_a_request_that_failed_before_its_plan_still_has_a_report() -> None:
    request = builders.request(status=Status.FAILED, close_note="Proses berhenti.", closed_at=builders.after(30))
    for text in texts(render.report(request, SOP, ASSETS)).values():
        assert "Hasil : Gagal" in text
        assert "Proses berhenti." in text
        assert "Rencana belum ditetapkan" in text
        assert "Tidak diselesaikan" in text
        assert "Tidak ada objek yang berhasil dicadangkan" in text


@pytest.mark.parametrize(
    ("choice", "ticked"), [("Sesuai", "☑ Sesuai ☐ Belum sesuai"), ("Belum sesuai", "☐ Sesuai ☑ Belum sesuai")]
)
def test_the_final_edition_tells_the_confirmation(choice: str, ticked: str) -> None:
    for text in texts(render.report(builders.confirmed(choice, "Sudah diperiksa."), SOP, ASSETS)).values():
        assert ticked in text
        assert "Dewi Lestari" in text
        assert "Senin, tanggal dua puluh tiga bulan November tahun dua ribu dua puluh enam" in text
        assert "Catatan : Sudah diperiksa." in text


def test_an_address_is_printed_only_where_there_is_one() -> None:
    with_address = with_office(address="Jalan Sunan Drajat Nomor 15\nSumber 45611")
    for name, office in (("with", with_address), ("without", SOP)):
        text = render.markup("report", "html", view_of_report(builders.executed(), office, ASSETS))
        assert ('class="address"' in text) is (name == "with")
    for text in texts(render.report(builders.executed(), with_address, ASSETS)).values():
        assert "Jalan Sunan Drajat Nomor 15 Sumber 45611" in text


def test_a_deputy_signs_as_such() -> None:
    roles = SOP.model_dump()["roles"]
    roles["verifier"]["deputies"] = [
        {"user": "kasi", "title": "Plh.", "first_day": "2026-11-23", "last_day": "2026-11-23"}
    ]
    decision = builders.decision("verify", "Setujui dan disposisikan", by_user="kasi", by_name="Siti Rahmawati, S.Kom.")
    request = builders.planned(decisions=[decision])
    for text in texts(render.disposition(request, builders.sop(roles=roles), ASSETS)).values():
        assert "Plh. Kepala Bidang Aplikasi Informatika" in text


def test_credentials_never_reach_a_document() -> None:
    url = "sftp://petugas:r4h4sia@cadangan.example/vault/x.dump.zst.age"
    backup = builders.backup(copies=[builders.copy(url=url, check_note="password=r4h4sia")])
    item = builders.item(result=Result.FAILED, error="gagal: password='r4h4sia'", backups=[backup])
    request = builders.executed(items=[item], form=builders.form(note="password: r4h4sia", reason="token=r4h4sia"))
    editions = [*render.report(request, SOP, ASSETS), *render.disposition(request, SOP, ASSETS)]
    for edition in editions:
        text = pdf_text(edition.content) if edition.name.endswith(".pdf") else odf_text(edition.content)
        assert "r4h4sia" not in text
        assert b"r4h4sia" not in edition.content


def test_markup_in_a_letter_is_text_in_every_edition() -> None:
    hostile = '</text:p><b onclick="x">&amp; <script>1</script> {{ 7*7 }}'
    request = builders.planned(form=builders.form(purpose=hostile))
    for text in texts(render.disposition(request, SOP, ASSETS)).values():
        assert squeezed(hostile) in squeezed(text)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(["letter_number", "requester_name", "purpose", "reason", "skpd"]), ANY_TEXT))
def test_no_letter_breaks_the_odf(values: dict[str, str]) -> None:
    request = builders.planned(form=builders.form(**values), close_note=values.get("reason", ""))
    for template, view in (
        ("disposition", view_of_disposition(request, SOP, ASSETS)),
        ("report", view_of_report(request, SOP, ASSETS)),
    ):
        text = odf_text(render.markup(template, "fodt", view).encode())
        assert squeezed(safety.clean(values.get("purpose", "Pengamanan"))) in squeezed(text)


@settings(max_examples=20, deadline=None)
@given(ANY_TEXT, ANY_TEXT)
def test_no_error_or_note_breaks_the_odf(error: str, note: str) -> None:
    items = [builders.item(result=Result.FAILED, error=error)]
    view = view_of_report(builders.confirmed("Belum sesuai", note, items=items), SOP, ASSETS)
    ET.fromstring(render.markup("report", "fodt", view))


def test_a_pdf_fetches_nothing() -> None:
    html = '<link rel="stylesheet" href="file:///etc/hostname"/><img src="file:///etc/hostname"/>teks'
    assert "teks" in pdf_text(render.pdf(html))


def test_a_missing_template_is_named() -> None:
    with pytest.raises(DocumentError, match="documents/missing"):
        environment.markup("documents/missing.jinja", "html")

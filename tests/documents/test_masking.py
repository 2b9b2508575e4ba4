"""What the public edition of a document does not tell."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadangan.config.assets import Assets
from cadangan.core.states import Result
from cadangan.documents import masking, render
from cadangan.documents.audience import Audience
from cadangan.documents.masking import HIDDEN
from cadangan.documents.views.backup_minutes import backup_minutes
from tests.documents import builders
from tests.documents.reading import texts

SOP = builders.sop()


def hidden(text: str, *names: str) -> str:
    return masking.hide(f"<p>{text}</p>", names).removeprefix("<p>").removesuffix("</p>")


@pytest.mark.parametrize(
    "text",
    [
        "10.20.30.40",
        "10.20.30.40:5432",
        "192.168.0.0/16",
        "2001:db8::1",
        "fe80::1%eth0",
        "::1",
        "::ffff:10.20.30.40",
        "sftp://petugas@cadangan.example/vault/x.dump",
        "file:///var/lib/cadangan",
        "/var/lib/cadangan/vault",
        "~/unggahan",
        "./a/b.txt",
        "../a",
        "petugas@db-1",
        "hendra@bkpsdm.example",
        "srv-kepegawaian",
        "pg_srv",
    ],
)
def test_what_leads_to_a_machine_an_account_or_a_file_is_masked(text: str) -> None:
    for around in ("{}", "pada {}, lalu", "({})", "&#34;{}&#34;", "'{}'."):
        shown = hidden(around.format(text), "srv-kepegawaian", "pg_srv")
        assert HIDDEN in shown
        assert text not in shown


@pytest.mark.parametrize(
    "text",
    [
        "800/1234/BKPSDM",
        "BR-2026-00001/BA/BACK-UP",
        "Back-up/Restore",
        "Pembina (IV/a)",
        "23/11/2026 10.20 WIB",
        "Senin, 23 November 2026 pukul 10.20 WIB",
        "1.234.123.111 baris",
        "1,2 GB (1.234.123.111 bita)",
        "287.654.321",
        "pg_dump (PostgreSQL) 15.6",
        "09:30:00",
        "srv-kepegawaian-lama",
        "☑ Ya / ☐ Tidak",
        "simpeg_20261123T032000Z_BR-2026-00001_r1_i1.dump.zst.age",
        "3f" * 32,
    ],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert hidden(text, "srv-kepegawaian") == text


@given(st.ip_addresses(), st.sampled_from(["{}", "pada {} sekarang", "[{}]:5432", "host={}"]))
def test_no_address_survives(address: Any, around: str) -> None:
    assert str(address) not in hidden(around.format(address))


def test_markup_and_styles_are_left_alone() -> None:
    page = '<style>p { font: 10pt/1.3 a; src: url(/x/y) }</style><a href="https://a.example/b">10.0.0.1</a>'
    assert masking.hide(page, ()) == page.replace("10.0.0.1", HIDDEN)


PRIVATE = (
    "srv-kepegawaian",
    "srv-lama",
    "pg_srv_kepegawaian",
    "/srv/unggahan simpeg",
    "/var/lib/cadangan",
    "10.1.2.3",
    "pg_dump: FATAL",
    "rahasia-kolom",
    "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
    "197512122000031004",
    "0231-320001",
    "hendra@bkpsdm.example",
)


def telling() -> tuple[Any, Assets]:
    """A request in whose every corner stands something private."""
    manifest = builders.manifest()
    manifest["source"] |= {"server": "srv-lama"}
    manifest["inventory"] |= {"changed": ["./rahasia-kolom: file changed as we read it"]}
    inspection = builders.inspection(warnings=["Peran rahasia-kolom"], blockers=["Tabel rahasia-kolom terkunci"])
    good = builders.item(inspection=inspection, result=Result.SUCCEEDED, backups=[builders.backup(manifest=manifest)])
    bad = builders.item(
        id=2, position=2, asset="unggahan", result=Result.FAILED, error="gagal", error_detail="pg_dump: FATAL 10.1.2.3"
    )
    note = "Server srv-kepegawaian (10.1.2.3) lewat pg_srv_kepegawaian, /srv/unggahan simpeg penuh."
    plan = builders.plan(note=note)
    items = [plan.items[0].model_copy(update={"warnings": ("Kolom rahasia-kolom",)})]
    plan = plan.model_copy(update={"items": tuple(items)})
    request = builders.confirmed(
        "Sesuai", note, items=[good, bad], plans=[builders.plan_row(plan)], form=builders.form(reason=note)
    )
    registered = builders.assets().model_dump(exclude_unset=True)
    registered["servers"] = [
        *registered["servers"],
        {
            "name": "srv-berkas",
            "engine": "files",
            "assets": [
                {"name": "unggahan", "application": "Unggahan", "database": "/srv/unggahan simpeg", "owner": "BKPSDM"}
            ],
        },
    ]
    return (request, plan), Assets.model_validate(registered)


def test_no_public_edition_tells_what_is_private() -> None:
    (request, plan), assets = telling()
    whole, public = (
        [
            *texts(render.disposition(request, SOP, assets, audience)).values(),
            *texts(render.plan(request, plan, SOP, assets, audience)).values(),
            *texts(render.report(request, SOP, assets, audience)).values(),
            *texts(render.minutes(backup_minutes(request, SOP, assets), audience)).values(),
        ]
        for audience in Audience
    )
    for name in PRIVATE:
        assert any(name.replace(" ", "") in text.replace(" ", "") for text in whole), f"{name} is nowhere to mask"
        assert not any(name.replace(" ", "") in text.replace(" ", "") for text in public), name


def test_each_edition_says_how_it_is_classified() -> None:
    for audience, classified in ((Audience.OFFICE, "Terbatas"), (Audience.PUBLIC, "Publik")):
        editions = render.report(builders.confirmed(), SOP, builders.assets(), audience)
        for text in texts(editions).values():
            assert f"Klasifikasi dokumen : {classified}" in text
            assert f"Laporan Pelaksanaan · BR-2026-00001 · {classified}" in text
            assert ("Salinan dengan penyamaran" in text) is (audience is Audience.PUBLIC)
        assert [edition.name for edition in editions] == [
            f"BR-2026-00001-laporan{audience.value}.fodt",
            f"BR-2026-00001-laporan{audience.value}.pdf",
        ]


def test_the_evidence_of_a_back_up_stays_in_the_public_edition() -> None:
    for text in texts(render.report(builders.confirmed(), SOP, builders.assets(), Audience.PUBLIC)).values():
        for fact in ("3f3f3f3f", "287.654.321 bita", "150.554 baris", "15.6", "800/1234/BKPSDM", "Dewi Lestari"):
            assert fact in text

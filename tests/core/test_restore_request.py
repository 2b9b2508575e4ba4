"""The rules of a letter that asks for a restore: everything that is wrong is said at once."""

from datetime import UTC, datetime

import pytest

from cadangan.core.restore_request import Source, Targets, violations

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TARGETS = Targets(
    sources={
        "simpeg": Source("srv-a", "postgres", "simpeg"),
        "absensi": Source("srv-a", "postgres", "absen"),
        "unggahan": Source("srv-f", "files", "/srv/unggahan"),
    },
    servers={"srv-a": "postgres", "srv-b": "postgres", "srv-f": "files"},
)
CONSENT = {"consent_number": "800/1", "consent_date": "2026-11-20", "typed_name": "simpeg"}


def found(*assets, **form):
    return violations({"mode": "beside"} | form, assets or ("simpeg",), TARGETS, NOW)


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"recovery_point": "2026-11-22T20:00:00+07:00"},
        {"backup": "simpeg_20261123T020000Z_BR-2026-00001_r1_i1"},
        {"new_name": "simpeg_baru"},
        {"mode": "elsewhere", "target_server": "srv-b"},
        {"mode": "in_place", **CONSENT},
    ],
)
def test_a_letter_in_order_breaks_no_rule(form):
    assert found(**form) == []


def test_everything_that_is_wrong_is_said_at_once():
    said = found(
        mode="in_place", recovery_point="2026-12-01T00:00:00+07:00", new_name="x", target_server="srv-b", typed_name="a"
    )

    assert [line.split(":")[0] for line in said] == [
        "Titik pulih",
        "Server tujuan",
        "Nama basis data baru",
        "Nomor surat persetujuan",
        "Tanggal surat persetujuan",
        "Nama basis data yang diganti",
    ]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"mode": ""}, "wajib dipilih"),
        ({"recovery_point": "kemarin"}, "bukan waktu dengan zona"),
        ({"recovery_point": "2026-11-22T20:00:00+07:00", "backup": "b"}, "tidak keduanya"),
        ({"mode": "elsewhere"}, "wajib diisi untuk pemulihan ke server lain"),
        ({"mode": "elsewhere", "target_server": "srv-z"}, "tidak terdaftar"),
        ({"mode": "elsewhere", "target_server": "srv-a"}, "adalah server asal"),
        ({"mode": "elsewhere", "target_server": "srv-f"}, "berjenis files, bukan postgres"),
        ({"new_name": "absen"}, "basis data dalam register aset"),
        ({"new_name": "cadangan_lama_x"}, "tidak dapat dipakai"),
        ({"new_name": "a b"}, "tidak dapat dipakai"),
        ({"mode": "in_place", **CONSENT, "typed_name": "simpeg "}, "persis seperti terdaftar: simpeg"),
        ({"mode": "in_place", **CONSENT, "consent_date": "kemarin"}, "bukan tanggal"),
        ({"new_name": "a" * 3000}, "lebih panjang dari 2.000"),
    ],
)
def test_each_rule_is_told(form, said):
    assert any(said in line for line in found(**form)), found(**form)


def test_a_name_a_back_up_and_a_place_are_for_one_asset():
    assert "hanya untuk satu objek" in found("simpeg", "absensi", new_name="baru")[0]
    assert "hanya untuk satu objek" in found("simpeg", "absensi", backup="b")[0]
    assert "hanya untuk satu objek" in found("simpeg", "absensi", mode="in_place", **CONSENT)[0]

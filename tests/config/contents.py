"""Builders of the files' contents, as YAML reads them."""

from typing import Any

Content = dict[str, Any]
RECIPIENT = "age1" + "q" * 58


def asset(**overrides: Any) -> Content:
    return {"name": "simpeg", "application": "SIMPEG", "database": "simpeg", "owner": "BKPSDM"} | overrides


def server(**overrides: Any) -> Content:
    return {"name": "srv-satu", "engine": "postgres", "conn_id": "pg_satu", "assets": [asset()]} | overrides


def assets(**overrides: Any) -> Content:
    return {"servers": [server()]} | overrides


def person(user: str, **overrides: Any) -> Content:
    return {"user": user, "name": user.title(), "position": "Staf", "email": f"{user}@contoh.example"} | overrides


def role(*people: str, **overrides: Any) -> Content:
    return {"label": "Peran", "people": list(people)} | overrides


def step(number: int, **overrides: Any) -> Content:
    return {"number": number, "title": "Tahap", "actor": "Pelaksana", "standard": "15m", "role": "staff"} | overrides


def sop(**overrides: Any) -> Content:
    office = {
        "government": "Kabupaten",
        "name": "Dinas",
        "short": "Dinas",
        "city": "Sumber",
        "mail_from": "a@b.example",
    }
    content = {
        "office": office,
        "legal_basis": ["Undang-Undang"],
        "skpd": [{"code": "BKPSDM", "name": "Badan Kepegawaian"}, {"code": "DISDIK", "name": "Dinas Pendidikan"}],
        "people": [person("kasi"), person("dc"), person("budi", skpd="BKPSDM"), person("siti", skpd="DISDIK")],
        "roles": {
            "planner": role("kasi"),
            "staff": role("dc"),
            "confirmer": role("kasi", skpd_contacts=True),
            "manager": role("kasi"),
        },
        "steps": {
            "register": {"number": 1, "title": "Mengajukan", "actor": "SKPD"},
            "verify": step(2, role="planner"),
            "plan": step(3, role="planner"),
            "execute": step(4),
            "confirm": step(5, role="confirmer"),
        },
    }
    return content | overrides


def destination(name: str, **overrides: Any) -> Content:
    return {"name": name, "url": f"file:///srv/{name}"} | overrides


def approval(**overrides: Any) -> Content:
    given = {"number": "800/12/DISKOMINFO", "day": "2026-01-05", "by": "kasi", "valid_until": "2099-12-31"}
    return given | overrides


def schedule(**overrides: Any) -> Content:
    return {"cron": ["0 22 * * *"], "approval": approval()} | overrides


def policy(**overrides: Any) -> Content:
    return {"name": "default", "copies": ["utama", "kedua"], "schedule": schedule()} | overrides


def policies(**overrides: Any) -> Content:
    content = {
        "stream": {"recipients": [RECIPIENT]},
        "destinations": [destination("utama"), destination("kedua", url="s3://kedua/gudang", immutable_days=90)],
        "documents_url": "file:///srv/dokumen",
        "policies": [policy()],
    }
    return content | overrides


def calendar(**overrides: Any) -> Content:
    monday, friday = ["07:30-12:00", "13:00-16:00"], ["07:30-11:30", "13:00-16:30"]
    days = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday"), monday)
    fasting = {day: ["08:00-12:00", "12:30-15:00"] for day in days}
    content = {
        "hours": days | {"friday": friday},
        "ramadan": {
            "hours": fasting | {"friday": ["08:00-11:30", "12:30-15:30"]},
            "ranges": [{"first_day": "2026-02-19", "last_day": "2026-03-20"}],
        },
    }
    return content | overrides

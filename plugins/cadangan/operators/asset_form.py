"""The forms of the asset register: which assets a run reviews, and what a reviewer ticks."""

from airflow.sdk import Param

from cadangan.config.assets import load_assets
from cadangan.core.review import QUESTIONS


def assets() -> dict[str, Param]:
    """Return the parameter with which a run by hand names the assets to review."""
    names = {name: f"{name} – {asset.application}" for name, (_, asset) in load_assets().by_name().items()}
    return {
        "assets": Param(
            [],
            type=["null", "array"],
            examples=list(names),
            values_display=names,
            title="Aset",
            description="Kosongkan untuk semua yang jatuh tempo; yang dipilih ditinjau sekarang juga.",
        )
    }


def review() -> dict[str, Param]:
    """Return the form of a review's gate: the five ticks, and a note."""
    return {
        **{key: Param(False, type="boolean", title=title) for key, title in QUESTIONS.items()},
        "note": Param(
            "",
            type=["null", "string"],
            format="multiline",
            title="Catatan",
            description="Wajib diisi bila perlu tindak lanjut.",
        ),
    }

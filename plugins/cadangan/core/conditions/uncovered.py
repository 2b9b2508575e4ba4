"""Assets that nothing backs up by itself."""

from collections.abc import Iterator, Sequence

from cadangan.core.alerts import WEEKLY, Alert

KIND = "uncovered"
_SHOWN = 20


def findings(assets: Sequence[str]) -> Iterator[Alert]:
    """Yield one alert for all assets that no schedule covers, none when there are none."""
    if not assets:
        return
    more = f" dan {len(assets) - _SHOWN} lainnya" if len(assets) > _SHOWN else ""
    yield Alert(
        KIND,
        "assets.yaml",
        f"Sebanyak {len(assets)} aset tidak tercakup jadwal kebijakan mana pun: {', '.join(assets[:_SHOWN])}{more}.",
        "Personil data center memasukkan aset itu ke jadwal sebuah kebijakan di policies.yaml, atau menghapusnya dari "
        "assets.yaml bila sudah tidak dipakai. Tanpa jadwal, aset hanya dicadangkan bila ada surat permohonan.",
        WEEKLY,
    )

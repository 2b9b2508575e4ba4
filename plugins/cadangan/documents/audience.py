"""For whom an edition of a document is: the office, or everyone else, with what is not for them masked.

Two things mask: a template hands what it knows to be private to `private`, and what then still reads like an address, a
path, an account or a known name of a server is masked in the finished text (documents/masking.py).
"""

import enum

from cadangan.documents.masking import HIDDEN


@enum.unique
class Audience(enum.Enum):
    """Who reads an edition; the value is the end of its file's name."""

    OFFICE = ""
    PUBLIC = "-publik"

    @property
    def internal(self) -> bool:
        """Whether the office's own people read it."""
        return self is Audience.OFFICE

    def private(self, value: object) -> object:
        """Return what this audience sees of a private value; nothing is nothing for everyone."""
        return value if self.internal or not value else HIDDEN

    def private_lines(self, values: tuple[str, ...]) -> tuple[str, ...]:
        """Return what this audience sees of private sentences: how many there are."""
        return values if self.internal or not values else (f"{len(values)} butir, dirinci dalam naskah lengkap",)

    def classification(self, whole: str) -> str:
        """Return the classification of this edition of a document that is classified `whole`."""
        if self.internal:
            return whole
        return "Terbatas" if whole == "Rahasia" else "Publik"

    def remark(self, whole: str) -> str:
        """Return what the masked edition says of itself; nothing for the whole document."""
        if self.internal:
            return ""
        return (
            "Salinan dengan penyamaran: alamat IP, server, lokasi berkas, dan akun tidak ditampilkan. "
            f"Naskah lengkapnya berklasifikasi {whole} dan disimpan pada unit penyelenggara."
        )

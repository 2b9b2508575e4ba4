"""What a scan has seen so far."""

from dataclasses import dataclass, field

from cadangan.core.scanning import Fault, Finding
from cadangan.documents.failures import told
from cadangan.errors import CadanganError
from cadangan.register import scans
from cadangan.register.scans import Known
from cadangan.steps.desk import Desk
from cadangan.vault.place import Place


@dataclass
class Scanned:
    """See the module.

    :param places: the destinations that can be read, by name.
    :param broken: files to be mended.
    :param bare: back-ups that lack their manifest: id and destination.
    :param files: how many were re-read, and `bytes` in all; `good` of them were what was written.
    """

    places: dict[str, Place] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    broken: list[Known] = field(default_factory=list)
    bare: list[tuple[int, str]] = field(default_factory=list)
    files: int = 0
    bytes: int = 0
    good: int = 0

    def note_broken(self, desk: Desk, file: Known, fault: Fault, err: CadanganError) -> None:
        """Record, here and in the register, that a file is lost or not what was written."""
        shown = told(err)
        self.broken.append(file)
        self.findings.append(Finding(fault, file.destination, file.asset, file.artefact, str(err)))
        with desk.register.transaction() as session:
            if fault is Fault.LOST:
                scans.note_missing(session, file.copy_id, shown.sentence, desk.now())
            else:
                scans.note_bad(session, file.copy_id, shown.sentence, shown.detail, desk.now())

    def note_mended(self, file: Known, how: str) -> None:
        """Say of a finding what was done about it."""
        self._replace(file.destination, file.asset, file.artefact, how)

    def note_written(self, destination: str, asset: str, manifest: str) -> None:
        """Say that a manifest was written anew."""
        self._replace(destination, asset, manifest, "written anew from the register")

    def _replace(self, destination: str, asset: str, file: str, mended: str) -> None:
        for index, found in enumerate(self.findings):
            if (found.destination, found.asset, found.file) == (destination, asset, file):
                self.findings[index] = Finding(found.fault, destination, asset, file, found.text, mended)

"""Every exception that Cadangan raises: one tree, one class a failure.

A message says what went wrong, with what, and what to do next, in English for the log. It never holds a secret.
What people read instead is in `documents.failures`, a sentence a class.
"""

from collections.abc import Sequence


class CadanganError(Exception):
    """Root of the tree."""


class Violations(CadanganError):
    """Input that breaks rules, all of them reported at once.

    :param heading: what was checked.
    :param violations: one line a broken rule: where, what, and what to do.
    """

    def __init__(self, heading: str, violations: Sequence[str]) -> None:
        self.violations = tuple(violations)
        super().__init__("\n".join([heading, *(f"  - {line}" for line in violations)]))


class ConfigError(Violations):
    """A YAML file under `include/config` is missing or breaks its model."""


class NotConfigured(CadanganError):
    """An asset or an Airflow connection that the work needs is not set up."""


class ClockError(CadanganError, ValueError):
    """The working-time clock cannot take an instant, hours or a span (a ValueError, so that a model reports it)."""


class RequestRefused(Violations):
    """A letter's data breaks a rule of the form; the request is recorded with its reasons."""


class AnswerRefused(CadanganError):
    """A gate's answer came from the wrong person or lacks what the choice needs; the gate waits on."""


class HostError(CadanganError):
    """A program could not be started or watched on its host."""


class HostUnreachable(HostError):
    """Another host did not answer over SSH, refused the login, or was lost on the way."""


class HostKeyRefused(HostError):
    """A host's SSH key is not the one that was entered, or none was entered."""


class ProgramMissing(HostError):
    """A program that must run on a host is not installed there."""


class RunMissed(CadanganError):
    """A scheduled run came too late to be made up for by its policy's rule."""


class EngineError(CadanganError):
    """A database engine could not do what was asked."""


class TargetUnreachable(EngineError):
    """The server did not answer, or refused the credentials."""


class ClientMissing(EngineError):
    """No installed client program fits the server; the message names the package."""


class PrivilegeMissing(EngineError):
    """The account lacks a privilege without which the dump would be incomplete."""


class PathUnreadable(EngineError):
    """A file or folder that is to be backed up is not there, or the account may not read it."""


class TargetUnfit(EngineError):
    """An inspection right before a scheduled dump found what keeps the source from being dumped safely."""


class SourceDamaged(EngineError):
    """What is to be backed up is damaged already; nothing of it was stored."""


class TablesBusy(EngineError):
    """Tables stayed locked, or were made and dropped without end, while the dump wanted to hold them."""


class StreamError(CadanganError):
    """The pipe from the source to the copies failed; nothing of it counts."""


class SourceFailed(StreamError):
    """The dumping program ended badly or did not finish its output."""


class SourceStalled(StreamError):
    """No byte came from the dumping program for longer than the idle limit."""


class KeyMissing(StreamError):
    """No age identity is at hand to open what is stored."""


class UnsealFailed(StreamError):
    """What is stored cannot be decrypted or decompressed to its end."""


class CopyFailed(StreamError):
    """Writing, flushing or closing a copy failed.

    :param destination: the copy's name in policies.yaml.
    """

    def __init__(self, message: str, *, destination: str) -> None:
        self.destination = destination
        super().__init__(message)


class RestoreError(CadanganError):
    """A restore was refused or failed; nothing of it counts."""


class RestoreRefused(RestoreError):
    """A restore was not begun: the back-up does not fit the target, or the target is not one to be written to."""


class RestoreFailed(RestoreError):
    """A restoring program ended badly, said what it must not say, or restored nothing."""


class RehearsalFailed(RestoreError):
    """A back-up was not proved to restore: its rehearsal failed, or what it gave differs from the manifest."""


class RestoreDiffers(RestoreError):
    """What a request restored is not what the manifest says, and was removed."""


class RestoreUnsettled(RestoreError):
    """What a confirmation says of a restore could not be carried out for all of it."""


class NameInvalid(CadanganError):
    """A text cannot name a back-up, or is not the name of one."""


class VaultError(CadanganError):
    """A place where copies live could not be used.

    :param destination: its name in policies.yaml.
    """

    def __init__(self, message: str, *, destination: str) -> None:
        self.destination = destination
        super().__init__(message)


class NoSpace(VaultError):
    """Destinations have less room than the back-up is predicted to need."""

    def __init__(self, message: str, *, destination: str, needed_bytes: int) -> None:
        self.needed_bytes = needed_bytes
        super().__init__(message, destination=destination)


class CopyMissing(VaultError):
    """A stored file is not where it was put."""


class DigestMismatch(VaultError):
    """A copy's bytes are not those that were written."""


class ManifestMismatch(VaultError):
    """An artefact does not hold what its manifest says."""


class CheckFailed(VaultError):
    """Copies were read again and are not good; each one's check says why."""


class RegisterError(CadanganError):
    """The register could not be read or written."""


class RecordMissing(RegisterError):
    """A row that must exist does not."""


class StateConflict(RegisterError):
    """The request's status does not allow this act."""


class ApprovalMissing(RegisterError):
    """No valid approval covers this act: none given, expired, or given for another plan."""


class AuditBroken(RegisterError):
    """The audit log's hash chain does not hold; the message names the first broken row."""


class DocumentError(CadanganError):
    """A document or mail could not be rendered."""


class MailFailed(CadanganError):
    """The SMTP server did not take a mail; it stays in the register and is sent again."""


class DemoError(CadanganError):
    """The demonstration could not start, or one of its services ended."""


class RequestFailed(CadanganError):
    """The request ended as failed; the run in Airflow must say so."""


# Trying again changes nothing: a person has to act first.
PERMANENT = (
    Violations,
    NotConfigured,
    RunMissed,
    HostKeyRefused,
    ProgramMissing,
    StateConflict,
    ApprovalMissing,
    ClientMissing,
    PrivilegeMissing,
    TargetUnfit,
    RestoreRefused,
    RehearsalFailed,
    RestoreDiffers,
    RequestFailed,
)

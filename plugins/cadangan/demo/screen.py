"""What the demonstration prints at its end."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from cadangan.demo.api import Task
from cadangan.demo.home import DemoHome
from cadangan.demo.outcome import Outcome, local_path
from cadangan.demo.stage import Stage

_LOG_LINES = 30
_KIB = 1024


def show_failures(console: Console, failures: Sequence[tuple[Task, str]]) -> None:
    """Print the end of the log of each failed task."""
    for task, log in failures:
        console.print(f"\n[red]{task.task_id} failed (try {task.try_number}); the end of its log:[/]")
        console.print("\n".join(log.splitlines()[-_LOG_LINES:]), markup=False, highlight=False)


def show_outcome(console: Console, outcome: Outcome, home: DemoHome, seconds: float) -> None:
    """Print the result, copies, documents and mails of the request, and what is wrong with them."""
    request = outcome.request
    colour = "red" if outcome.faults else "green"
    console.print(f"\n[bold {colour}]{request.number}: {request.status}, {request.result}[/]  [dim]{seconds:.0f} s[/]")
    _show_copies(console, outcome)
    _show_documents(console, outcome)
    _show_mails(console, outcome, home)
    for fault in outcome.faults:
        console.print(f"[red]✗ {fault}[/]", highlight=False)


def show_log_ins(console: Console, stage: Stage) -> None:
    """Print where the UI is and who may log in."""
    table = Table("log-in", "password", "position", box=None, pad_edge=False, padding=(0, 2))
    for user, password in stage.airflow.passwords.items():
        person = stage.sop.person(user)
        table.add_row(user, password, person.position if person else "Airflow administrator")
    console.print(f"\n[bold]Airflow: {stage.airflow.url}[/]  until Ctrl-C")
    console.print(table)


def _show_copies(console: Console, outcome: Outcome) -> None:
    console.print("\nCopies")
    for copy in outcome.copies:
        checks = f"digest {copy.digest_check}, decryption {copy.decrypt_check}, contents {copy.contents_check}"
        console.print(f"  {local_path(copy.url)}", highlight=False, soft_wrap=True)
        console.print(f"    {_size(copy.bytes)}, SHA-256 {copy.sha256}", highlight=False, soft_wrap=True)
        console.print(f"    {checks}", highlight=False, soft_wrap=True)


def _show_documents(console: Console, outcome: Outcome) -> None:
    console.print("\nDocuments")
    for document in outcome.documents:
        console.print(f"  {document.kind:<12} {local_path(document.url)}", highlight=False, soft_wrap=True)


def _show_mails(console: Console, outcome: Outcome, home: DemoHome) -> None:
    console.print(f"\nMails in {home.mails}", highlight=False, soft_wrap=True)
    for mail in outcome.mails:
        console.print(f"  {mail['To']}: {mail['Subject']}", highlight=False, markup=False, soft_wrap=True)


def _size(count: int) -> str:
    size = float(count)
    for unit in ("B", "KiB", "MiB"):
        if size < _KIB:
            return f"{size:.0f} B" if unit == "B" else f"{size:.1f} {unit}"
        size /= _KIB
    return f"{size:.1f} GiB"

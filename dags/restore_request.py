"""Airflow DAG: restore of databases at an office's written request.

One run is one letter, and goes through the SOP's steps like a back-up. What is restored goes into a place of its own
and is compared with its manifest before it serves; in place, what runs is saved first and kept until the result is
confirmed. Two different people verify and approve. *Belum sesuai* brings back how it was, and repeats once.

**When a task fails**: read its log; it says what to do. After the cause is gone, clear that task: it looks at what is
there and goes on. Nothing is restored or switched over without the approval of this very plan.
"""

from airflow.sdk import TaskGroup, TriggerRule, dag

from cadangan.core.states import Paper, Step
from cadangan.operators import form, restore
from cadangan.operators.conclude import CloseRequest, ConcludeRequest
from cadangan.operators.dispose import DisposeRequest
from cadangan.operators.document import WriteDocument
from cadangan.operators.freeze_plan import FreezePlan
from cadangan.operators.groups import confirmation
from cadangan.operators.mail import DeliverMails, TellDeciders
from cadangan.operators.receipt import SendReceipt
from cadangan.operators.restore_form import restore_letter
from cadangan.operators.restore_groups import restoring
from cadangan.operators.settings import DAG_SETTINGS
from cadangan.sensors.gate import DecisionGate
from cadangan.triggers.deadline import request_deadline

ALWAYS = TriggerRule.ALL_DONE


@dag(
    dag_id="restore_request",
    dag_display_name="Restore database (permohonan)",
    schedule=None,
    doc_md=__doc__,
    tags=["cadangan", "restore", "sop"],
    params=restore_letter(),
    deadline=request_deadline(),
    **DAG_SETTINGS,
)
def restore_request() -> None:
    """Wire the SOP's steps."""
    with TaskGroup("register", group_display_name="1. Surat permohonan"):
        registered = restore.RegisterRestore(task_id="accept", task_display_name="Catat permohonan")
        acknowledged = SendReceipt(task_id="receipt", task_display_name="Tanda terima")

    with TaskGroup("verify", group_display_name="2. Verifikasi dan disposisi"):
        inspected = restore.InspectRestore(task_id="inspect", task_display_name="Periksa cadangan dan tujuan")
        verified = DecisionGate(step=Step.VERIFY, params=form.note())
        told_verifier = TellDeciders(gate=verified)
        disposed = DisposeRequest(task_id="disposition", task_display_name="Disposisi")
        slip = WriteDocument(paper=Paper.DISPOSITION, task_display_name="Lembar disposisi")

    with TaskGroup("plan", group_display_name="3. Perencanaan"):
        drafted = restore.DraftRestore(task_id="draft", task_display_name="Susun rencana")
        planned = DecisionGate(step=Step.PLAN, params=form.planning())
        told_planner = TellDeciders(gate=planned, trigger_rule=ALWAYS)
        frozen = FreezePlan(task_id="freeze", task_display_name="Tetapkan rencana")
        plan = WriteDocument(paper=Paper.PLAN, task_display_name="Dokumen rencana")

    executed = restoring("execute", "4. Pelaksanaan", frozen.output, round_no=1)
    confirmed = confirmation("confirm", "5. Konfirmasi hasil", round_no=1)
    with TaskGroup("take_back", group_display_name="5. Pengembalian"):
        taken_back = restore.SettleRestore(task_id="settle", task_display_name="Kembalikan keadaan semula")
    repeated = restoring("execute_again", "4. Pelaksanaan ulang", frozen.output, round_no=2)
    reconfirmed = confirmation("confirm_again", "5. Konfirmasi ulang", round_no=2)

    with TaskGroup("close", group_display_name="Penutupan"):
        settled = restore.SettleRestore(task_id="settle", task_display_name="Tetapkan hasil", trigger_rule=ALWAYS)
        concluded = ConcludeRequest(task_id="conclude", task_display_name="Tutup permohonan", trigger_rule=ALWAYS)
        sent = DeliverMails(task_id="deliver", task_display_name="Surel ke pemohon")
        finished = CloseRequest(task_id="finish", task_display_name="Selesai", trigger_rule=ALWAYS)

    registered >> inspected >> verified >> disposed >> drafted >> planned >> frozen
    frozen >> executed >> confirmed.summed_up
    confirmed.gate >> taken_back >> repeated >> reconfirmed.summed_up
    reconfirmed.gate >> settled >> concluded >> sent
    # Beside the way, as in a back-up's request.
    disposed >> slip, frozen >> plan
    inspected >> told_verifier, [drafted, slip] >> told_planner
    registered >> acknowledged
    [sent, acknowledged, plan, told_verifier, told_planner, confirmed.told, reconfirmed.told] >> finished


restore_request()

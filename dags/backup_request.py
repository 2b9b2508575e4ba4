"""Airflow DAG: back-up of databases at an office's written request.

One run is one letter. Trigger it with the letter's data; the task groups are the SOP's steps. The run waits at
three gates (*Required Actions*): verification, plan, confirmation. *Belum sesuai* repeats the execution once.

**When a task fails**: read its log; it says what to do. After the cause is gone, clear that task. A gate that is
cleared asks again, and nothing is dumped before it has been answered anew.
"""

from airflow.sdk import TaskGroup, TriggerRule, dag

from cadangan.core.states import Paper, Step
from cadangan.operators import form
from cadangan.operators.conclude import CloseRequest, ConcludeRequest
from cadangan.operators.dispose import DisposeRequest
from cadangan.operators.document import WriteDocument
from cadangan.operators.draft_plan import DraftPlan
from cadangan.operators.freeze_plan import FreezePlan
from cadangan.operators.groups import confirmation, execution
from cadangan.operators.inspect_targets import InspectTargets
from cadangan.operators.mail import DeliverMails, TellDeciders
from cadangan.operators.receipt import SendReceipt
from cadangan.operators.register_request import RegisterRequest
from cadangan.operators.settings import DAG_SETTINGS
from cadangan.sensors.gate import DecisionGate
from cadangan.triggers.deadline import request_deadline

ALWAYS = TriggerRule.ALL_DONE


@dag(
    dag_id="backup_request",
    dag_display_name="Back-up database (permohonan)",
    schedule=None,
    doc_md=__doc__,
    tags=["cadangan", "back-up", "sop"],
    params=form.letter(),
    deadline=request_deadline(),
    **DAG_SETTINGS,
)
def backup_request() -> None:
    """Wire the SOP's steps."""
    with TaskGroup("register", group_display_name="1. Surat permohonan"):
        registered = RegisterRequest(task_id="accept", task_display_name="Catat permohonan")
        acknowledged = SendReceipt(task_id="receipt", task_display_name="Tanda terima")

    with TaskGroup("verify", group_display_name="2. Verifikasi dan disposisi"):
        inspected = InspectTargets(task_id="inspect", task_display_name="Periksa sasaran")
        verified = DecisionGate(step=Step.VERIFY, params=form.note())
        told_verifier = TellDeciders(gate=verified)
        disposed = DisposeRequest(task_id="disposition", task_display_name="Disposisi")
        slip = WriteDocument(paper=Paper.DISPOSITION, task_display_name="Lembar disposisi")

    with TaskGroup("plan", group_display_name="3. Perencanaan"):
        drafted = DraftPlan(task_id="draft", task_display_name="Susun rencana")
        planned = DecisionGate(step=Step.PLAN, params=form.planning())
        told_planner = TellDeciders(gate=planned, trigger_rule=ALWAYS)
        frozen = FreezePlan(task_id="freeze", task_display_name="Tetapkan rencana")
        plan = WriteDocument(paper=Paper.PLAN, task_display_name="Dokumen rencana")

    executed = execution("execute", "4. Pelaksanaan", frozen.output, round_no=1)
    confirmed = confirmation("confirm", "5. Konfirmasi hasil", round_no=1)
    repeated = execution("execute_again", "4. Pelaksanaan ulang", frozen.output, round_no=2)
    reconfirmed = confirmation("confirm_again", "5. Konfirmasi ulang", round_no=2)

    with TaskGroup("close", group_display_name="Penutupan"):
        concluded = ConcludeRequest(task_id="conclude", task_display_name="Tutup permohonan", trigger_rule=ALWAYS)
        sent = DeliverMails(task_id="deliver", task_display_name="Surel ke pemohon")
        finished = CloseRequest(task_id="finish", task_display_name="Selesai", trigger_rule=ALWAYS)

    registered >> inspected >> verified >> disposed >> drafted >> planned >> frozen
    frozen >> executed >> confirmed.summed_up
    confirmed.gate >> repeated >> reconfirmed.summed_up
    reconfirmed.gate >> concluded >> sent
    # Documents and mails are made beside the way. One that fails is on the register and red in the run; it holds
    # nothing up and undoes nothing: whoever is mailed a document is mailed also without it.
    disposed >> slip, frozen >> plan
    registered >> acknowledged, inspected >> told_verifier, [drafted, slip] >> told_planner
    [sent, acknowledged, plan, told_verifier, told_planner, confirmed.told, reconfirmed.told] >> finished


backup_request()

"""What people see in Airflow's own pages, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from cadangan.core.states import Status
from cadangan.demo.stage import Stage
from tests.e2e.office import DAG, ENDED, Letter

DEBIAN = Path("/usr/bin/chromium")
CHROMIUM = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def page(stage: Stage) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=DEBIAN if DEBIAN.exists() else None, args=CHROMIUM)
        page = browser.new_page(viewport={"width": 1400, "height": 1600}, locale="id-ID")
        page.set_default_timeout(60_000)
        yield page
        browser.close()


def log_in(page: Page, stage: Stage, user: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{stage.airflow.url}/auth/login")
    page.fill("input[name=username]", user)
    page.fill("input[name=password]", stage.airflow.passwords[user])
    page.click("button[type=submit]")
    page.wait_for_url(lambda url: "/auth/login" not in url)


def fill(page: Page, section: str, values: dict[str, str], choice: str = "") -> None:
    """Open a section of the trigger form and fill it in; `choice` is picked from its list."""
    page.get_by_role("button", name=section).last.click()
    for key, value in values.items():
        page.locator(f"[name=element_{key}]").fill(value)
    if choice:
        page.locator("input[type=text]:visible").last.fill(choice)
        page.keyboard.press("Enter")


def test_a_letter_is_entered_in_the_form(page: Page, stage: Stage) -> None:
    log_in(page, stage, "dc")
    page.goto(f"{stage.airflow.url}/dags/{DAG}")
    page.get_by_role("button", name="Trigger").first.click()
    letter = {"letter_number": "800/PERAMBAN/BKPSDM", "letter_date": "2026-01-05"}
    fill(page, "1. Surat permohonan", letter)
    requester = {"name": "Kepala Badan", "nip": "197008081990021001", "position": "Kepala"}
    contact = {"requester_phone": "0231-321000", "requester_email": "kepala@bkpsdm.example"}
    fill(page, "2. Pemohon", {f"requester_{key}": value for key, value in requester.items()} | contact, "Badan Kep")
    fill(page, "3. Yang dimohonkan", {"purpose": "Pengamanan data", "reason": "Pemutakhiran aplikasi"}, "simpeg")
    with page.expect_response(
        lambda answer: answer.url.endswith("/dagRuns") and answer.request.method == "POST"
    ) as run:
        page.get_by_role("button", name="Trigger").last.click()
    entered = Letter.of_run(stage, run.value.json()["dag_run_id"])
    entered.gate("verify.gate")
    with entered.record() as (_, request):
        assert (request.recorded_by, request.violations, request.status) == ("dc", [], Status.SUBMITTED)
        assert request.form | letter == request.form
        assert [item.asset for item in request.items] == ["simpeg"]


def reject(page: Page, link: str) -> None:
    page.goto(link)
    for text in ("Batas jawaban", "simpeg", "Kembalikan untuk perbaikan"):
        page.get_by_text(text, exact=False).first.wait_for()
    page.locator("textarea, input[name=element_note]").first.fill("Bukan kewenangan kami")
    with page.expect_response(lambda response: response.request.method == "PATCH" and "hitlDetails" in response.url):
        page.get_by_role("button", name="Tolak").click()


def test_a_gate_is_read_and_answered_in_the_browser(page: Page, stage: Stage) -> None:
    letter = Letter(stage)
    letter.gate("verify.gate")
    (notice,) = letter.until(lambda: letter.mails("gate_opened"), "the mail to the decider")
    log_in(page, stage, "kabid")
    link = next(word for word in notice.text.split() if word.startswith("http"))
    reject(page, link)
    # Should the scheduler lose the answer, the gate asks anew and says so by mail.
    while (
        letter.until(lambda: letter.ended("verify.gate") or letter.open_gate("verify.gate"), "the answer") not in ENDED
    ):
        reject(page, link)
    assert letter.end() == "success"
    assert letter.status() == Status.REJECTED
    with letter.record() as (_, request):
        assert request.close_note == "Bukan kewenangan kami"

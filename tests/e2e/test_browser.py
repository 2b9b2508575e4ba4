"""What people see in Airflow's own pages, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from cadangan.core.states import Status
from cadangan.demo.stage import Stage
from tests.e2e.office import DAG, Letter

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
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
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


def test_the_form_asks_for_the_letter_in_the_officers_words(page: Page, stage: Stage) -> None:
    log_in(page, stage, "dc")
    page.goto(f"{stage.airflow.url}/dags/{DAG}?mode=trigger")
    page.goto(f"{stage.airflow.url}/dags/{DAG}/trigger")
    for label in ("Nomor surat", "Sifat surat", "SKPD pemohon", "NIP", "Basis data", "Alasan", "Mendesak (darurat)"):
        page.get_by_text(label, exact=False).first.wait_for()


def test_a_gate_is_read_and_answered_in_the_browser(page: Page, stage: Stage) -> None:
    letter = Letter(stage)
    letter.gate("verify.gate")
    (notice,) = letter.until(lambda: letter.mails("gate_opened"), "the mail to the decider")
    log_in(page, stage, "kabid")
    link = next(word for word in notice.text.split() if word.startswith("http"))
    page.goto(link)
    for text in ("Batas jawaban", "simpeg", "Kembalikan untuk perbaikan"):
        page.get_by_text(text, exact=False).first.wait_for()
    page.locator("textarea, input[name=element_note]").first.fill("Bukan kewenangan kami")
    page.get_by_role("button", name="Tolak").click()
    assert letter.end() == "success"
    assert letter.status() == Status.REJECTED
    with letter.record() as (_, request):
        assert request.close_note == "Bukan kewenangan kami"

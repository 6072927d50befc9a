import base64
import csv
import email
import email.message
import email.policy
import io
import logging
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from alerts.attachments import attached_tables
from alerts.digest import DigestDesk
from alerts.texts import Wording
from alerts.views import Period
from tests.alerts.fake_store import FakeState, FakeStore
from tests.alerts.sample_mails import MORNING, config, healthy, mention
from vigie.errors import ConfigError

WORDING = Wording("fr", ZoneInfo("Europe/Paris"), MORNING)
DAY = Period(MORNING - timedelta(days=1), MORNING)
_PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
SAID = mention(datetime(2026, 11, 18, 9, 30, tzinfo=UTC), 'Kerlann ; « cassé »\n"hier"', title="=1+1", source="forum-parents")


def tables(*formats: str) -> dict[str, bytes]:
    made = attached_tables(FakeStore([SAID]), config(), ["kerlann"], DAY, formats, WORDING) if formats else ()
    return {one.name: one.content for one in made}


def test_a_csv_holds_a_line_for_each_mention_in_local_time() -> None:
    content = tables("csv")["mentions-2026-11-19.csv"]
    header, row = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
    assert header[:3] == ["Date", "Marque", "Ton"]
    assert row[:4] == ["2026-11-18 10:30", "Kerlann", "négatif", "message de forum"]
    assert row[-1] == 'Kerlann ; « cassé » "hier"'


def test_a_workbook_holds_the_same_cells_as_the_csv() -> None:
    made = tables("csv", "xlsx")
    sheet = load_workbook(io.BytesIO(made["mentions-2026-11-19.xlsx"])).active
    assert sheet is not None
    rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert rows == list(csv.reader(io.StringIO(made["mentions-2026-11-19.csv"].decode("utf-8-sig")), delimiter=";"))


def test_a_foreign_title_is_never_run_as_a_formula() -> None:
    made = tables("csv", "xlsx")
    assert b";'=1+1;" in made["mentions-2026-11-19.csv"]
    sheet = load_workbook(io.BytesIO(made["mentions-2026-11-19.xlsx"])).active
    assert sheet is not None
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


def test_a_mail_with_tables_still_holds_text_pictures_and_the_tables() -> None:
    settings, state = config(), FakeState(healthy())
    rows = [settings.digests[0].model_copy(update={"attach": ["csv", "xlsx"]})]
    old = mention(MORNING - timedelta(days=3), "Kerlann", label="neutral")
    made = DigestDesk(digests=rows, config=settings, store=FakeStore([old, SAID]), state=state).run(MORNING)
    message = email.message_from_bytes(made[0].content, policy=email.policy.default)
    assert message.get_content_type() == "multipart/mixed"
    assert [part.get_filename() for part in message.iter_attachments()] == ["mentions-2026-11-19.csv", "mentions-2026-11-19.xlsx"]
    assert message.get_body(("plain",)) is not None
    assert "chart1@vigie" in made[0].content.decode("ascii")


def test_nothing_is_attached_unless_asked_for() -> None:
    assert tables() == {}


def digest_with(*formats: str, folder: Path | None = None) -> list[email.message.EmailMessage]:
    """The parts that the mail of such a digest has beside its text."""
    settings = config().model_copy(update={"folder": folder} if folder else {})
    rows = [settings.digests[0].model_copy(update={"attach": list(formats)})]
    old = mention(MORNING - timedelta(days=3), "Kerlann", label="neutral")
    made = DigestDesk(digests=rows, config=settings, store=FakeStore([old, SAID]), state=FakeState(healthy())).run(MORNING)
    return list(email.message_from_bytes(made[0].content, policy=email.policy.default).iter_attachments())


def _can_print() -> bool:
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError):
        return False
    return True


printing = pytest.mark.skipif(not _can_print(), reason="WeasyPrint finds no Pango on this machine")


@printing
def test_a_digest_on_paper_has_pages_with_its_charts_and_words() -> None:
    [pdf] = digest_with("pdf")
    content = pdf.get_content()
    assert (pdf.get_filename(), pdf.get_content_type()) == ("matin-2026-11-19.pdf", "application/pdf")
    assert content.startswith(b"%PDF-") and b"/Image" in content
    assert len(content) < 300_000


@printing
def test_a_template_that_names_files_or_pages_of_the_network_brings_none_of_them_onto_paper(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(_PIXEL)
    (tmp_path / "templates").mkdir()
    named = f'<img src="file://{secret}"><img src="http://127.0.0.1:9/x.png"><p>{{{{ letter.lead }}}}</p>'
    (tmp_path / "templates" / "letter.html.j2").write_text(named, "utf-8")
    with caplog.at_level(logging.ERROR, logger="alerts"):
        [pdf] = digest_with("pdf", folder=tmp_path)
    assert b"/Image" not in pdf.get_content()


@printing
def test_a_pdf_that_cannot_be_made_leaves_the_digest_its_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint.urls", None)  # as where the library is another one than expected
    assert [one.get_filename() for one in digest_with("csv", "pdf")] == ["mentions-2026-11-19.csv"]


def test_a_digest_that_wants_a_pdf_where_none_can_be_made_is_a_configuration_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(ConfigError) as told:
        digest_with("pdf")
    assert "digest[matin].attach: pdf wants WeasyPrint (pip install 'vigie[pdf]')" in told.value.problems[0]

import csv
import email
import email.policy
import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from openpyxl import load_workbook

from alerts.attachments import attached_tables
from alerts.digest import DigestDesk
from alerts.texts import Wording
from alerts.views import Period
from tests.alerts.fake_store import FakeState, FakeStore
from tests.alerts.sample_mails import MORNING, config, healthy, mention

WORDING = Wording("fr", ZoneInfo("Europe/Paris"), MORNING)
DAY = Period(MORNING - timedelta(days=1), MORNING)
SAID = mention(datetime(2026, 11, 18, 9, 30, tzinfo=UTC), 'Kerlann ; « cassé »\n"hier"', title="=1+1", source="forum-parents")


def tables(*formats: str) -> dict[str, bytes]:
    made = attached_tables(FakeStore([SAID]), config(), ["kerlann"], DAY, formats, WORDING)
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

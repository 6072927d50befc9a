"""Every recorded service of `tests/services/`, served over real HTTP, gives the documents that its file says, and each once.

The answers have the shapes of the services' own documentation; a new service is one more file.
"""

import json
from pathlib import Path

import pytest

from config.schema import Brand, SourceRow, source_of
from crawlers.collect import ScrapyCollector
from crawlers.kinds import KINDS

SERVICES = Path(__file__).parents[1] / "services"
RECORDED = sorted(path.stem for path in SERVICES.glob("*.json"))


def told(document, base):
    """A document as the recorded files write it."""
    row = {
        name: getattr(document, name)
        for name in ("url", "title", "text", "author", "parent_url", "thread_url", "thread_title", "language", "stars")
    }
    row = {name: value.replace(base, "{base}") if isinstance(value, str) else value for name, value in row.items()}
    return {**row, "published_at": document.published.at.isoformat(timespec="seconds")}


def serve(web, answers):
    for path, answer in answers.items():
        name = next(iter(answer)) if isinstance(answer, dict) and set(answer) in ({"xml"}, {"html"}) else "json"
        text = json.dumps(answer) if name == "json" else answer[name]
        content_type = {"xml": "application/xml", "html": "text/html; charset=utf-8", "json": "application/json"}[name]
        web.page(path, text.replace("{base}", web.base), content_type=content_type)


def source(web, case):
    brands = [Brand(id=f"m{place}", name=name, query=name) for place, name in enumerate(case["brands"])]
    row = {"id": "service", "kind": case["kind"], "url": web.at(case["path"]), "options": case["options"]}
    return source_of(SourceRow.model_validate(row), brands)


@pytest.mark.parametrize("name", RECORDED)
async def test_a_recorded_service_gives_its_documents_once(web, reader, name):
    case = json.loads((SERVICES / f"{name}.json").read_text(encoding="utf-8"))
    serve(web, case["answers"])
    collector = ScrapyCollector(reader.settings, reader.clock)
    one = source(web, case)
    [report] = await collector.collect([one], reader.sink, {one.id: reader.memory})
    assert (report.ok, dict(report.errors)) == (True, {}), report.message
    assert [told(document, web.base) for document in reader.documents] == case["expected"]
    await collector.collect([one], reader.sink, {one.id: reader.memory})
    assert len(reader.documents) == len(case["expected"])


def test_every_kind_that_speaks_to_a_service_is_recorded():
    recorded = {json.loads((SERVICES / f"{name}.json").read_text(encoding="utf-8"))["kind"] for name in RECORDED}
    assert set(KINDS) - recorded == {"feed", "site", "comments", "forum", "watch", "mailing_list"}

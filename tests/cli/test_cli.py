"""The command line as people type it: what it prints, what it says of a mistake, and its exit codes."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from vigie.cli import app, main

VIGIE = str(Path(sys.executable).with_name("vigie"))
COMMANDS = [
    name or callback for name, callback in [(c.name, c.callback.__name__ if c.callback else "") for c in app.registered_commands]
]


@dataclass(frozen=True)
class Ran:
    """What a command left."""

    code: int
    out: str
    err: str


@pytest.fixture
def vigie(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    def run(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["vigie", *arguments])
        code: object = 0
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        said = capsys.readouterr()
        return Ran(int(str(code)), said.out, said.err)

    return run


@pytest.fixture
def folder(vigie: Callable[..., Ran], tmp_path: Path) -> Path:
    assert vigie("init", str(tmp_path / "veille")).code == 0
    return tmp_path / "veille"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(vigie: Callable[..., Ran], command: str) -> None:
    ran = vigie(command, "--help")
    assert ran.code == 0
    assert re.search(r"Example: .*vigie " + command, ran.out)


def test_init_writes_a_folder_that_check_accepts(vigie: Callable[..., Ran], folder: Path) -> None:
    ran = vigie("check", "-c", str(folder), "--offline")
    assert (ran.code, ran.err) == (0, "")
    assert "1 brand, 2 sources, 2 rules, 1 digest" in ran.out


def test_init_never_overwrites(vigie: Callable[..., Ran], folder: Path) -> None:
    (folder / "brands.toml").write_text("# à moi")
    ran = vigie("init", str(folder))
    assert ran.code == 1
    assert "nothing was written" in ran.err
    assert (folder / "brands.toml").read_text() == "# à moi"


def test_check_names_every_typo_and_ends_with_2(vigie: Callable[..., Ran], folder: Path) -> None:
    text = (folder / "sources.toml").read_text()
    (folder / "sources.toml").write_text(text.replace("interval =", "intervale ="))
    ran = vigie("check", "-c", str(folder), "--offline")
    assert ran.code == 2
    assert ran.err.count("did you mean `interval`?") == 2


def test_check_says_that_the_trained_model_is_missing(vigie: Callable[..., Ran], folder: Path) -> None:
    assert "spaCy model" not in vigie("check", "-c", str(folder), "--offline").out
    text = (folder / "vigie.toml").read_text()
    (folder / "vigie.toml").write_text(f'{text}\n[analysis]\nspacy_model = "fr_core_news_xl"\n')
    ran = vigie("check", "-c", str(folder), "--offline")
    assert ran.code == 0
    assert "pip install fr-core-news-xl" in ran.out


def test_check_says_that_the_mail_server_is_away_and_ends_with_1(vigie: Callable[..., Ran], folder: Path) -> None:
    text = (folder / "vigie.toml").read_text()
    (folder / "vigie.toml").write_text(
        text.replace('host = "localhost"', 'host = "127.0.0.1"').replace("port = 25 ", "port = 1 ")
    )
    ran = vigie("check", "-c", str(folder), "--json")
    assert ran.code == 1
    rows = {row["what"]: row for row in map(json.loads, ran.out.splitlines())}
    assert rows["files"]["ok"]
    assert not rows["mail"]["ok"]


def test_a_folder_without_configuration_says_how_to_make_one(vigie: Callable[..., Ran], tmp_path: Path) -> None:
    ran = vigie("status", "-c", str(tmp_path))
    assert ran.code == 2
    assert "vigie init" in ran.err


def test_search_of_an_empty_store_finds_nothing_and_ends_with_1(vigie: Callable[..., Ran], folder: Path) -> None:
    ran = vigie("search", "panne", "-c", str(folder))
    assert ran.code == 1
    assert "0 mentions" in ran.out


def test_a_query_that_cannot_be_read_points_at_the_column(vigie: Callable[..., Ran], folder: Path) -> None:
    ran = vigie("search", "(panne", "-c", str(folder))
    assert ran.code == 2
    assert "column 1: this parenthesis is never closed" in ran.err


def test_status_of_a_new_folder_is_well(vigie: Callable[..., Ran], folder: Path) -> None:
    ran = vigie("status", "-c", str(folder), "--json")
    assert ran.code == 0
    report = json.loads(ran.out)
    assert [source["state"] for source in report["sources"]] == ["never", "never"]
    assert report["waiting"] == 0


def test_a_brand_that_is_not_configured_is_wrong_use(vigie: Callable[..., Ran], folder: Path) -> None:
    ran = vigie("search", "--brand", "nope", "-c", str(folder))
    assert ran.code == 2
    assert "exemple" in ran.err


@pytest.mark.parametrize("arguments", [["init", "/proc/x"], ["demo", "--out", "/proc/x"]])
def test_a_path_that_cannot_be_written_is_an_error_without_a_traceback(vigie: Callable[..., Ran], arguments: list[str]) -> None:
    ran = vigie(*arguments)
    assert ran.code == 1
    assert ran.err.startswith("vigie: ")


def test_a_zone_that_does_not_exist_is_wrong_use(vigie: Callable[..., Ran]) -> None:
    ran = vigie("explain", "date", "hier", "--zone", "Paris")
    assert ran.code == 2
    assert "Europe/Paris" in ran.err


def test_a_query_is_explained_with_its_operators(vigie: Callable[..., Ran]) -> None:
    ran = vigie("explain", "query", "--json", 'a ET b* OU "c d" SAUF site:e.fr OU (=e OR f) ONEAR/3 g')
    near = {"ONEAR/3": [{"OR": ["=e", "f"]}, "g"]}
    assert json.loads(ran.out) == {"OR": [{"AND": ["a", "b*"]}, {"AND": ["c d", {"NOT": "site:e.fr"}]}, near]}


def test_a_query_is_explained_in_words(vigie: Callable[..., Ran]) -> None:
    ran = vigie("explain", "query", 'pann* NEAR/5 (=SFR OR "ma box"*) -title:jeu* lang:fr')
    assert ran.out.splitlines() == [
        "all of:",
        "  near each other, in either order, at most 5 words between:",
        "    any word that begins with « pann »",
        "    any of:",
        "      the word « SFR », case and accents as written",
        "      the phrase « ma box », whose last word may go on",
        "  not:",
        "    in the title: any word that begins with « jeu »",
        "  in the language fr",
    ]


@pytest.mark.parametrize("before", ["", "mot " * 100, "une ligne\n\tet "])
def test_a_query_that_cannot_be_read_is_shown_with_a_mark_under_the_place(vigie: Callable[..., Ran], before: str) -> None:
    ran = vigie("explain", "query", f"{before}panne NEAR/mille box")
    assert ran.code == 2
    message, shown, mark = ran.err.splitlines()
    assert f"column {len(before) + 12}: a number of words" in message
    assert shown[mark.index("^") :].startswith("mille")


def test_a_saved_page_is_explained_with_the_spam_of_its_article_and_of_its_comments(
    vigie: Callable[..., Ran], tmp_path: Path
) -> None:
    pills = "Acheter viagra sans ordonnance, livraison discrète, cliquez ici : http://pilules.test/"
    loans = "Offre de prêt entre particuliers sans justificatif, contactez-moi par WhatsApp : preteur@exemple.test"
    article = f"<p>La mairie a présenté mardi les travaux de la place, qui dureront jusqu'à la fin de l'été.</p><p>{pills}</p>"
    comments = [
        f'<li id="comment-{n}" class="comment"><b class="fn">Zoé</b><p class="comment-text">{text}</p></li>'
        for n, text in enumerate(("Enfin !", loans), 1)
    ]
    page = tmp_path / "page.html"
    page.write_text(f'<div class="entry-content">{article}</div>{"".join(comments)}', "utf-8")
    explained = json.loads(vigie("explain", "page", str(page)).out)
    assert explained["spam"] == [pills, loans]
    assert len(explained["spam_reasons"]) == 2
    assert [comment["is_spam"] for comment in explained["comments"]] == [False, True]
    assert explained["text"] == "La mairie a présenté mardi les travaux de la place, qui dureront jusqu'à la fin de l'été."


def test_check_as_json_names_each_problem(vigie: Callable[..., Ran], folder: Path) -> None:
    (folder / "vigie.toml").write_text("[team]\nzone = 'Paris'\n")
    ran = vigie("check", "-c", str(folder), "--json")
    assert ran.code == 2
    (row,) = map(json.loads, ran.out.splitlines())
    assert not row["ok"] and "team.zone" in row["says"]


def test_a_digest_is_only_pretended_in_a_dry_run(vigie: Callable[..., Ran], folder: Path) -> None:
    assert vigie("digest", "--at", "2026-03-10", "-c", str(folder)).code == 2
    assert vigie("digest", "inconnu", "-c", str(folder)).code == 2
    assert vigie("digest", "--dry-run", "--at", "2026-03-10T09:00", "-c", str(folder)).code == 0


def test_marking_what_does_not_exist_ends_with_1(vigie: Callable[..., Ran], folder: Path) -> None:
    assert vigie("mark", "0" * 40, "handled", "-c", str(folder)).code == 1
    assert vigie("correct", "0" * 40, "neutral", "-c", str(folder)).code == 1


def test_a_digest_can_be_seen_before_anything_was_collected(vigie: Callable[..., Ran], folder: Path) -> None:
    ran = vigie("digest", "--dry-run", "-c", str(folder), "--eml", str(folder / "digest.eml"))
    assert ran.code == 0
    assert "[Vigie]" in ran.out
    assert (folder / "digest.eml").read_bytes().startswith(b"From:") or b"\nFrom:" in (folder / "digest.eml").read_bytes()


def test_wrong_use_ends_with_2(vigie: Callable[..., Ran], folder: Path) -> None:
    assert vigie("search", "--limit", "0").code == 2
    assert vigie("nonsense").code == 2
    assert vigie("collect", "inconnue", "-c", str(folder)).code == 2
    assert vigie("sentiment", "--kind", "inconnu").code == 2


@pytest.mark.parametrize(
    ("arguments", "text", "answer"),
    [
        (["explain", "url", "HTTP://A.example:80/x#y"], "", "http://a.example/x\n"),
        (["explain", "date", "hier, 10:12", "--at", "2026-03-10T18:00:00+0100"], "", "2026-03-09T10:12:00+01:00\n"),
        (["explain", "date", "9 mai 2012"], "", "2012-05-09\n"),
        (["explain", "date", "n'importe quoi"], "", "none\n"),
        (["sentiment"], "", ""),
        (["replay", "--counts"], "timestamp,value\n", "timestamp,value,score,alert\n"),
        (["replay"], "", ""),
    ],
)
def test_a_command_over_lines_answers_as_its_contract_says(arguments: list[str], text: str, answer: str) -> None:
    ran = subprocess.run(
        [VIGIE, *arguments],
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (0, answer), ran.stderr


def test_sentiment_writes_one_line_a_text() -> None:
    texts = "Service client injoignable, c'est honteux.\nMerci, rapide et efficace.\n\nUne ligne\\navec un saut\n"
    ran = subprocess.run([VIGIE, "sentiment", "--kind", "forum"], input=texts, capture_output=True, text=True, check=True)
    rows = [line.split("\t") for line in ran.stdout.splitlines()]
    assert [row[0] for row in rows][:2] == ["negative", "positive"]
    assert len(rows) == 4
    assert all(-1 <= float(score) <= 1 and 0 <= float(negative) <= 1 for _, score, negative in rows)


def test_a_line_that_is_not_json_is_named() -> None:
    ran = subprocess.run(
        [VIGIE, "stories"], input='{"id": "1", "text": "a"}\n{oops\n', capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert "line 2" in ran.stderr


def test_copies_of_one_text_share_a_story() -> None:
    text = (
        "Le nombre de réclamations a progressé de six pour cent en un an, selon le bilan publié mardi par l'observatoire du "
        "secteur, qui appelle les opérateurs à répondre plus vite à leurs abonnés."
    )
    rows = [
        {"id": "1", "title": "A", "text": text},
        {"id": "2", "title": "B", "text": text},
        {"id": "3", "title": "C", "text": "Autre chose."},
    ]
    ran = subprocess.run([VIGIE, "stories"], input="\n".join(map(json.dumps, rows)), capture_output=True, text=True, check=True)
    stories = {row["id"]: row["story"] for row in map(json.loads, ran.stdout.splitlines())}
    assert stories["1"] == stories["2"] != stories["3"]


def test_robots_rules_are_explained_with_the_rule_that_decides(vigie: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "robots.txt").write_text("User-agent: *\nDisallow: /prive/\n")
    ran = vigie("explain", "robots", str(tmp_path / "robots.txt"), "Vigie", "https://a.example/prive/x")
    assert ran.code == 1
    assert ran.out.startswith("disallowed\t")
    assert vigie("explain", "robots", str(tmp_path / "robots.txt"), "Vigie", "https://a.example/x").code == 0


def test_explain_query_shows_what_a_list_holds_when_asked(vigie: Callable[..., Ran], folder: Path) -> None:
    brands = folder / "brands.toml"
    brands.write_text('[lists]\nvoile = "skipper OR régate"\n' + brands.read_text(encoding="utf-8"), encoding="utf-8")
    named = vigie("explain", "query", "orange -liste:voile", "-c", str(folder))
    held = vigie("explain", "query", "orange -liste:voile", "--lists", "-c", str(folder))
    assert named.out.splitlines()[-1] == "    what the list « voile » holds"
    assert held.out.splitlines()[-1] == "      the word « régate »"
    assert vigie("explain", "query", "orange -liste:voile").code == 2

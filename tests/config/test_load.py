"""The configuration loader: everything wrong is said at once, with file, key path and what to do."""

import shutil
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

import config
from analysis.components.registry import OPTIONS
from config.load import load, shipped_themes
from config.rows import Extensions
from vigie.errors import ConfigError
from vigie.model import DocumentKind


class _Options(BaseModel):
    model_config = ConfigDict(extra="forbid")
    fetch_pages: bool = True


EXTENSIONS = Extensions(
    kinds=dict.fromkeys(("feed", "site", "comments", "forum"), _Options),
    components=OPTIONS,
    rules=dict.fromkeys(("bad_buzz", "crisis_words"), _Options),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(Path(config.__file__).parent / "starter", tmp_path, dirs_exist_ok=True)
    return tmp_path


def problems(folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(folder, EXTENSIONS)
    return caught.value.problems


def test_the_starter_folder_is_valid(folder: Path) -> None:
    loaded = load(folder, EXTENSIONS)
    assert [brand.id for brand in loaded.brands] == ["exemple"]
    assert [source.document_kind for source in loaded.watched_sources] == [DocumentKind.NEWS, DocumentKind.FORUM_POST]
    assert loaded.data_folder == folder.resolve() / "data"


def test_problems_of_all_files_are_told_at_once(folder: Path) -> None:
    (folder / "vigie.toml").write_text("[mail]\nport = 'x'\n")
    (folder / "brands.toml").write_text("[[brand]]\nid = 'a'\nname = 'A'\nquery = '(a'\n")
    (folder / "sources.toml").write_text("[[source]]\nid = 's'\nkind = 'feed'\nurl = 'ftp://x'\n")
    (folder / "alerts.toml").write_text("[[rule]]\nid = 'r'\nrecipients = []\n")
    assert {line.split(":")[0] for line in problems(folder)} == {"vigie.toml", "brands.toml", "sources.toml", "alerts.toml"}


def test_an_unknown_key_names_the_nearest_known_one(folder: Path) -> None:
    (folder / "sources.toml").write_text("[[source]]\nid = 'le-journal'\nkind = 'feed'\nurl = 'http://x.fr/'\nintervall = 3\n")
    assert problems(folder) == ["sources.toml: source[le-journal].intervall: unknown key; did you mean `interval`?"]


def test_a_row_without_id_is_named_by_its_number(folder: Path) -> None:
    (folder / "sources.toml").write_text("[[source]]\nkind = 'feed'\nurl = 'http://x.fr/'\n")
    assert problems(folder) == ["sources.toml: source[1].id: this key is required"]


def test_an_unknown_option_of_a_kind_is_found(folder: Path) -> None:
    row = "[[source]]\nid = 's'\nkind = 'feed'\nurl = 'http://x.fr/'\noptions = {fetch_page = true}\n"
    (folder / "sources.toml").write_text(row)
    assert problems(folder) == ["sources.toml: source[s].options.fetch_page: unknown key; did you mean `fetch_pages`?"]


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ("[analysis.components.storry]", "storry: unknown component; did you mean `story`?"),
        ("[analysis.components.story]\nenable = false", "story.enable: unknown key; did you mean `enabled`?"),
        ("[analysis.components.story]\nenabled = 'peut-être'", "story.enabled: Input should be a valid boolean"),
        ("[analysis.components.brand_match]\nenabled = false", "brand_match.enabled: unknown key"),
        ("[analysis.components]\nstory = false", "story: Input should be a valid dictionary (found False)"),
    ],
)
def test_a_component_and_its_options_are_checked_by_name(folder: Path, table: str, problem: str) -> None:
    (folder / "vigie.toml").write_text(table)
    [found] = problems(folder)
    assert found.startswith(f"vigie.toml: analysis.components.{problem}")


def test_an_unknown_kind_names_the_nearest_known_one(folder: Path) -> None:
    (folder / "sources.toml").write_text("[[source]]\nid = 's'\nkind = 'forums'\nurl = 'http://x.fr/'\n")
    assert problems(folder) == ["sources.toml: source[s].kind: unknown kind 'forums'; did you mean `forum`?"]


def test_an_id_used_twice_is_refused(folder: Path) -> None:
    row = "[[source]]\nid = 's'\nkind = 'feed'\nurl = 'http://x.fr/'\n"
    (folder / "sources.toml").write_text(row * 2)
    assert problems(folder) == ["sources.toml: source[s].id: used 2 times; ids name one row only"]


def test_a_rule_for_a_brand_that_does_not_exist_is_refused(folder: Path) -> None:
    (folder / "alerts.toml").write_text("[[rule]]\nid = 'r'\nbrands = ['exempel']\nrecipients = ['a@b.fr']\n")
    assert problems(folder) == ["alerts.toml: rule[r].brands: no brand 'exempel' in brands.toml; did you mean `exemple`?"]


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ("[[digest]]\nid = 'd'\nrecipients = ['a@b.fr', 'slak']\n", "digest[d].recipients"),
        ("[[person]]\nid = 'claire'\naddress = 'slak'\n", "person[claire].address"),
        ("[[rule]]\nid = 'r'\nrecipients = ['slak']\n", "rule[r].recipients"),
    ],
)
def test_a_recipient_that_is_no_channel_is_refused_wherever_it_stands(folder: Path, row: str, place: str) -> None:
    (folder / "alerts.toml").write_text(f"[[channel]]\nid = 'slack'\nkind = 'feed'\n{row}")
    assert f"alerts.toml: {place}: unknown channel 'slak'; did you mean `slack`?" in problems(folder)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"[team\n", "not valid TOML"),
        ("name = 'Équipe'".encode("latin-1"), "not UTF-8 text"),
        (b"[team]\nzone = 'Europe/Pariss'\n", "is not a time zone"),
        (b"[team]\nzone = '../../etc/passwd'\n", "is not a time zone"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(folder: Path, content: bytes, says: str) -> None:
    (folder / "vigie.toml").write_bytes(content)
    (line,) = problems(folder)
    assert line.startswith("vigie.toml:")
    assert says in line


def test_a_rule_that_names_a_competitor_would_never_fire_and_is_refused(folder: Path) -> None:
    with (folder / "brands.toml").open("a", encoding="utf-8") as brands:
        brands.write("[[brand]]\nid = 'rivale'\nname = 'Rivale'\nquery = 'rivale'\nrole = 'competitor'\n")
    (folder / "alerts.toml").write_text(
        "[[rule]]\nid = 'r'\nbrands = ['rivale']\nrecipients = ['a@b.fr']\n"
        "[[digest]]\nid = 'd'\nbrands = ['rivale']\nrecipients = ['a@b.fr']\n"
    )
    assert problems(folder) == ["alerts.toml: rule[r].brands: 'rivale' is a competitor: rules watch own brands"]


def test_empty_files_of_sources_and_alerts_are_fine(folder: Path) -> None:
    for name in ("vigie.toml", "sources.toml", "alerts.toml"):
        (folder / name).write_bytes(b"")
    loaded = load(folder, EXTENSIONS)
    assert (loaded.sources, loaded.rules, loaded.digests) == ([], [], [])


def test_files_saved_on_windows_are_read(folder: Path) -> None:
    for path in folder.glob("*.toml"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_text("utf-8").replace("\n", "\r\n").encode())
    assert load(folder, EXTENSIONS).settings.team.name == "Équipe communication"


def test_missing_files_say_how_to_make_them(tmp_path: Path) -> None:
    lines = problems(tmp_path / "nowhere")
    assert len(lines) == 4
    assert all("vigie init" in line for line in lines)


def test_a_folder_without_themes_has_the_shipped_ones(folder: Path) -> None:
    (folder / "themes.toml").unlink()
    assert load(folder, EXTENSIONS).themes == list(shipped_themes())


def test_a_mistake_in_a_theme_is_named_with_its_file_and_key(folder: Path) -> None:
    (folder / "themes.toml").write_text('[[theme]]\nid = "a"\nname = "A"\nwords = "(b"\nalon = "c"\n', encoding="utf-8")
    found = problems(folder)
    assert any(line.startswith("themes.toml: theme[a].words: ") for line in found)
    assert "themes.toml: theme[a].alon: unknown key; did you mean `alone`?" in found


def test_a_theme_id_names_one_theme(folder: Path) -> None:
    (folder / "themes.toml").write_text('[[theme]]\nid = "a"\nname = "A"\nwords = "b"\n' * 2, encoding="utf-8")
    assert problems(folder) == ["themes.toml: theme[a].id: used 2 times; ids name one row only"]

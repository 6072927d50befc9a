"""`vigie explain`: what Vigie reads in a page, a text, an address, a robots file, a date, a query."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vigie.cli.common import AsJson, Zone, load_config, print_json
from vigie.query import LIST, And, Field, Near, Node, Not, Or, Term, parse, title_term

if TYPE_CHECKING:
    from analysis.sentiment import Judgement
    from vigie.model import SentimentLabel

app = typer.Typer(help="Show what Vigie reads in a page, a text, an address, a date, a query, robots.txt.", no_args_is_help=True)


@app.command()
def page(
    file: Annotated[Path, typer.Argument(help="A saved page.", exists=True, dir_okay=False)],
    url: Annotated[str, typer.Option(help="Where the page comes from.")] = "http://page.example/",
    zone: Zone = "Europe/Paris",
) -> None:
    """Print title, text, author, published_at, comments and the paragraphs cut as spam and why, as JSON.

    "spam" are those of the article, then those of its comments; a comment that is nothing else "is_spam".
    "excerpt" is true when the text is what a paywall shows of the article.
    "injected" is true when spam was found in a page worth reading: on your own site, a sign of a break-in.

    Example: vigie explain page article.html --url https://journal.example/article
    """
    from analysis.components.spam import split_spam
    from analysis.components.spam_page import sold
    from crawlers.explain import explain_page
    from crawlers.fetch import date_text

    reading = explain_page(file.read_bytes(), url, now=datetime.now(UTC), zone=zone)
    spam = split_spam(reading.text, sold, reading.hidden)
    comments = [(comment, split_spam(comment.text, sold)) for comment in reading.comments]
    cuts = {cut.text: cut for cut in (*spam.cuts, *(cut for _, split in comments for cut in split.cuts))}
    row = {
        "title": reading.title,
        "text": spam.kept,
        "author": reading.author,
        "published_at": date_text(reading.published, zone),
        "excerpt": reading.is_excerpt,
        "comments": [
            {
                "url": comment.url,
                "author": comment.author,
                "published_at": date_text(comment.published, zone),
                "text": split.kept,
                "parent_url": comment.parent_url,
                "is_spam": split.is_spam,
            }
            for comment, split in comments
        ],
        "spam": list(cuts),
        "spam_reasons": [cut.reason for cut in cuts.values()],
        "injected": spam.is_injected,
    }
    typer.echo(json.dumps(row, ensure_ascii=False, indent=1))


@app.command()
def url(addresses: Annotated[list[str], typer.Argument(help="Addresses.")]) -> None:
    """Print the canonical form of each address, one a line.

    Example: vigie explain url 'https://Journal.example:443/a?utm_source=x#haut'
    """
    from crawlers.urls import canonicalise_url

    for address in addresses:
        try:
            typer.echo(canonicalise_url(address))
        except ValueError as error:
            raise typer.BadParameter(f"{address}: {error}") from error


@app.command()
def robots(
    file: Annotated[Path, typer.Argument(help="A robots.txt.", exists=True, dir_okay=False)],
    agent: Annotated[str, typer.Argument(help="User agent.")],
    url: Annotated[str, typer.Argument(help="Address that would be asked for.")],
) -> None:
    """Print allowed or disallowed, a tab, and the rule that decides (RFC 9309). Exit code 0 or 1.

    Example: vigie explain robots robots.txt Vigie https://journal.example/prive/
    """
    from crawlers.robots import decide, robots_text

    decision = decide(robots_text(file.read_bytes()), agent, url)
    typer.echo(f"{'allowed' if decision.allowed else 'disallowed'}\t{decision.rule}")
    raise typer.Exit(0 if decision.allowed else 1)


@app.command()
def date(
    text: Annotated[str, typer.Argument(help="A date as printed on a page.")],
    at: Annotated[
        datetime | None,
        typer.Option("--at", formats=["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"], help="When the page was read."),
    ] = None,
    zone: Zone = "Europe/Paris",
) -> None:
    """Print the date as ISO 8601 (a day alone when no time is given), or none.

    Example: vigie explain date "hier, 10:12" --at 2026-03-10T18:00:00+01:00
    """
    from zoneinfo import ZoneInfo

    from crawlers.dates import read_date
    from crawlers.fetch import date_text
    from vigie.model import DateSource

    now = at or datetime.now(UTC)
    now = now if now.tzinfo else now.replace(tzinfo=ZoneInfo(zone))
    found = read_date(text, now=now.astimezone(UTC), zone=zone, source=DateSource.PAGE_TEXT)
    typer.echo(date_text(found, zone) if found else "none")


@app.command()
def query(
    text: Annotated[str, typer.Argument(help="A query, as in brands.toml.")],
    lists: Annotated[bool, typer.Option("--lists", help="Also what the lists that it names hold.")] = False,
    folder: Annotated[
        Path | None, typer.Option("--config", "-c", envvar="VIGIE_CONFIG", help="Configuration folder, for lists of your own.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print how a query is read, or where it cannot be read.

    Example: vigie explain query '(panne OR coupure) NEAR/5 (box OR internet) NOT "panne de voiture" -liste:emploi'
    """
    from config.exclusions import lists_by_name, lists_of

    own = load_config(folder).lists if folder else {}
    node = parse(text, lists_of(own) if lists else lists_by_name(own))
    if as_json:
        print_json([_as_tree(node)])
        return
    for line in _in_words(node):
        typer.echo(line)


@app.command()
def text(
    text: Annotated[str, typer.Argument(help="A text.")],
    kind: Annotated[str | None, typer.Option(help="social, news, forum, comment, review or blog.")] = None,
    profile: Annotated[str, typer.Option(help="quality or fast: with or without the sentence encoder.")] = "quality",
    transformer: Annotated[bool, typer.Option("--transformer", help="Also what [analysis.transformer] reads.")] = False,
    folder: Annotated[
        Path | None, typer.Option("--config", "-c", envvar="VIGIE_CONFIG", help="Configuration folder, for --transformer.")
    ] = None,
) -> None:
    """Print the tone of a text as JSON: label, score, the three probabilities, whether that is sure, the words that decided.

    "uncertain" is true when no label is likelier than the two others together: the label is then no more than a guess. Then the
    emotion, the complaint themes (the shipped ones) and what a moderator should look at, each with the words that decided.

    Example: vigie explain text "Toujours aucune réponse du SAV" --kind forum
    """
    from analysis.sentiment.scorer import SentimentScorer
    from vigie.cli.texts import document_kind, tone_profile

    scorer = SentimentScorer(tone_profile(profile))
    judged = scorer.judge(text, document_kind(kind))
    row = {
        **_tone_row(judged),
        "evidence": judged.sentiment.evidence,
        "profile": scorer.profile,
        **({"transformer": _tone_row(_by_transformer(text, folder or Path()))} if transformer else {}),
        **_enrichment(text, judged.sentiment.label),
    }
    typer.echo(json.dumps(row, ensure_ascii=False, indent=1))


def _tone_row(judged: "Judgement") -> dict[str, object]:
    """A judgement as it is printed."""
    from vigie.model import SentimentLabel

    tone, chances = judged.sentiment, (round(chance, 4) for chance in judged.chances)
    return {
        "label": tone.label,
        "uncertain": tone.uncertain,
        "score": round(tone.score, 4),
        "probabilities": dict(zip(SentimentLabel, chances, strict=True)),
    }


def _by_transformer(text: str, folder: Path) -> "Judgement":
    """What the second reader of the configuration in `folder` says. Raises: ConfigError, ModelError."""
    from analysis.sentiment.onnx import open_transformer
    from vigie.errors import ConfigError

    config = load_config(folder)
    if config.transformer_folder is None:
        raise ConfigError(["vigie.toml: analysis.transformer.folder: not set; it names the folder of the model to ask"])
    return open_transformer(config.transformer_folder, config.settings.analysis.transformer.tokens).judge(text)


def _enrichment(text: str, label: "SentimentLabel") -> dict[str, object]:
    """What else is read in a text of that tone, each with its deciding words."""
    from analysis.emotion import read_emotion
    from analysis.sentiment.passage import Passage
    from analysis.themes import ThemeFinder
    from analysis.toxicity import read_toxicity
    from config.load import shipped_themes

    passage = Passage(text)
    emotion = read_emotion(passage, label)
    return {
        "emotion": emotion.emotion,
        "emotion_evidence": emotion.evidence,
        "themes": {hit.id: hit.evidence for hit in ThemeFinder(shipped_themes()).find(passage, label)},
        "toxicity": dict(read_toxicity(passage).evidence),
    }


_FIELDS_IN_WORDS = {
    "site": "published on {} or on a host below it",
    "lang": "in the language {}",
    "author": "written by {}",
    "title": "in the title: {}",
    "kind": "of the kind {}",
    "source": "from the source {}",
    LIST: "what the list « {} » holds",
}


def _in_words(node: Node) -> Iterator[str]:
    """The query as it is understood, a line for each part, the parts of an operator set in."""
    match node:
        case Term():
            yield _term_in_words(node)
        case Field("title", value):
            yield _FIELDS_IN_WORDS["title"].format(_term_in_words(title_term(value)))
        case Field(name, value):
            yield _FIELDS_IN_WORDS[name].format(value)
        case Near(left, right, words, ordered):
            order = "in this order" if ordered else "in either order"
            yield f"near each other, {order}, at most {words} words between:"
            yield from _set_in((_side(left), _side(right)))
        case Not(part):
            yield "not:"
            yield from _set_in((part,))
        case And(parts):
            yield "all of:"
            yield from _set_in(parts)
        case Or(parts):
            yield "any of:"
            yield from _set_in(parts)


def _set_in(parts: Sequence[Node]) -> Iterator[str]:
    for part in parts:
        yield from (f"  {line}" for line in _in_words(part))


def _term_in_words(term: Term) -> str:
    if " " in term.text:
        what = f"the phrase « {term.text} »{', whose last word may go on' if term.prefix else ''}"
    else:
        what = f"{'any word that begins with' if term.prefix else 'the word'} « {term.text} »"
    return f"{what}, case and accents as written" if term.exact_case else what


def _side(terms: tuple[Term, ...]) -> Node:
    return terms[0] if len(terms) == 1 else Or(terms)


def _as_tree(node: Node) -> object:
    """The query as it is understood: a word or phrase, a field, or an operator with its parts."""
    match node:
        case Term(text, prefix, exact_case):
            return ("=" if exact_case else "") + text + ("*" if prefix else "")
        case Field(name, value):
            return f"{name}:{value}"
        case Near(left, right, words, ordered):
            return {f"{'ONEAR' if ordered else 'NEAR'}/{words}": [_as_tree(_side(left)), _as_tree(_side(right))]}
        case Not(part):
            return {"NOT": _as_tree(part)}
        case And(parts):
            return {"AND": [_as_tree(part) for part in parts]}
        case Or(parts):
            return {"OR": [_as_tree(part) for part in parts]}

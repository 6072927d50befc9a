"""A letter as HTML and as plain text: by the built-in templates, or by the team's own in `templates` of the configuration folder.

A template that a user broke never costs a mail: the built-in one is used, and the mail and the log tell the fault.
"""

import logging
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from operator import attrgetter
from pathlib import Path

import css_inline
from jinja2 import BaseLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined, select_autoescape

from alerts.excerpts import shorten
from alerts.letter import Letter, Picture
from alerts.texts import Wording
from alerts.views import Fragment

_LOG = logging.getLogger(__name__)
_COLUMNS = 76
_HTML, _PLAIN = "letter.html.j2", "letter.txt.j2"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter, written out."""

    html: str
    plain: str


def numbered(letter: Letter) -> dict[Picture, str]:
    """The pictures of a letter, each once, with the names under which its HTML shows them."""
    pictures = dict.fromkeys(picture for section in letter.sections for picture in section.pictures)
    return {picture: f"chart{number}@vigie" for number, picture in enumerate(pictures, start=1)}


def rendered(letter: Letter, wording: Wording, cids: Mapping[Picture, str], folder: Path) -> Rendered:
    """The letter with the templates of `folder`, where they are there and work; `cids` name its pictures."""
    sources, faults = {_HTML: _environment(None), _PLAIN: _environment(None)}, []
    for name in sources:
        if (folder / "templates" / name).is_file():
            own = _environment(folder / "templates")
            fault = _fault(lambda name=name, own=own: _write(name, own, letter, wording, cids))  # type: ignore[misc]
            if fault is None:
                sources[name] = own
            else:
                faults.append(wording.say("template_fault", name=f"templates/{name}", fault=shorten(fault, 200)))
    letter = replace(letter, footer=(*faults, *letter.footer))
    return Rendered(*(_write(name, environment, letter, wording, cids) for name, environment in sources.items()))


def _fault(write: Callable[[], str]) -> str | None:
    """What is wrong with a template that people wrote; None when it works."""
    try:
        write()
    except Exception as error:  # noqa: BLE001 - the deliver loop: a foreign template may raise anything, the mail goes out
        _LOG.exception("event=template_failed")
        return f"{type(error).__name__}: {error}"
    return None


def _write(name: str, environment: Environment, letter: Letter, wording: Wording, cids: Mapping[Picture, str]) -> str:
    page = environment.get_template(name).render(letter=letter, language=wording.language, cids=cids, css=_css())
    return _inliner().inline(page) if name == _HTML else page


@cache
def _environment(folder: Path | None) -> Environment:
    """The templates of `folder`, or the built-in ones; those of a folder are read anew when they change."""
    loader: BaseLoader = PackageLoader("alerts") if folder is None else FileSystemLoader(folder)
    environment = Environment(
        loader=loader,
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"wrapped": _wrapped, "underlined": _underlined, "spoken": _spoken, "fact_line": attrgetter("line")}
    return environment


@cache
def _css() -> str:
    return (files("alerts") / "templates" / "mail.css").read_text("utf-8")


@cache
def _inliner() -> css_inline.CSSInliner:
    """Inlines the rules for programs that know no style sheet; media queries (dark, narrow) stay for those that do."""
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def _wrapped(text: str, lead: str = "") -> str:
    """`text` in lines of 76 columns, after `lead`; what has no blank, such as an address, is not broken."""
    indent = " " * len(lead)
    return textwrap.fill(
        text, _COLUMNS, initial_indent=lead, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def _underlined(title: str) -> str:
    return f"{_wrapped(title)}\n{'-' * min(len(title), _COLUMNS)}"


def _spoken(quotation: Sequence[Fragment]) -> str:
    """The quotation with the deciding words between asterisks."""
    return "".join(f"*{part.text}*" if part.marked else part.text for part in quotation)

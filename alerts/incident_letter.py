"""What the mails of an incident say: its opening at length, then shortly that it got worse or that it is over."""

from dataclasses import replace
from datetime import timedelta

from alerts.brief import Figure, Link
from alerts.excerpts import shorten
from alerts.letter import Item, Letter, Section, filled, mention_item, sources_section, story_item, thread_item
from alerts.pictures import curve_picture
from alerts.texts import Wording
from alerts.views import IncidentView, PartView, PastView
from vigie.model import Incident, Signal

_CHANCES = [(36500, "century"), (3650, "decade"), (365, "year"), (30, "month"), (7, "week"), (1, "day")]


def opened_letter(view: IncidentView, wording: Wording, team: str) -> Letter:
    """The alert: what happens, what is said and where, how that differs from the usual, and what could not be seen."""
    return _alarm(view, wording, team, f"opened_{view.incident.kind.value}")


def joined_letter(view: IncidentView, wording: Wording, team: str) -> Letter:
    """The same story now hits another brand too: the alert once more, with the names of all."""
    return _alarm(view, wording, team, "joined")


def unanswered_letter(view: IncidentView, wording: Wording, team: str) -> Letter:
    """The alert for whoever is next in the rota: nobody has taken the incident up so far."""
    return _alarm(view, wording, team, "unanswered")


def _alarm(view: IncidentView, wording: Wording, team: str, occasion: str) -> Letter:
    figures = _opening_figures(view, wording)
    sections = [
        Section(facts=_opening_facts(view, wording)),
        _deeds_section(view, wording),
        _search_section(view, wording),
        _curve_section(view, wording),
        _stories_section(view, wording),
        _quotes_section(view, wording),
        _excess_section(view, wording),
        _first_section(view, wording),
        _past_section(view, wording),
        sources_section(view.sources, wording),
        _rule_section(view, wording),
    ]
    return Letter(
        subject=wording.say(f"subject_{occasion}", **figures),
        label=f"{_level(view.incident, wording)} · {wording.say(f'label_{occasion}')}",
        lead=wording.say(f"lead_{occasion}", **figures),
        sections=filled(sections),
        footer=_footer(view, wording, team),
        alarming=True,
    )


def reopened_letter(view: IncidentView, wording: Wording, team: str) -> Letter:
    """It is back so soon after its end that it is the same incident."""
    return _change(view, wording, team, "reopened")


def worse_letter(view: IncidentView, wording: Wording, team: str) -> Letter:
    """How much stronger the incident is than when it opened, and what carries it now."""
    return _change(view, wording, team, "worse")


def _change(view: IncidentView, wording: Wording, team: str, occasion: str) -> Letter:
    first, last = view.incident.first, view.incident.last
    figures = {
        "level": _level(view.incident, wording),
        "brand": _brands(view, wording),
        "mentions": _counted(view.incident, last, wording),
        "window": last.window,
        "before": _count(view.incident, first),
        "before_window": first.window,
    }
    sections = [
        Section(facts=_worse_facts(view, wording)),
        _deeds_section(view, wording),
        _search_section(view, wording),
        _curve_section(view, wording),
        _stories_section(view, wording),
        _quotes_section(view, wording),
        sources_section(view.sources, wording),
    ]
    return Letter(
        subject=wording.say(f"subject_{occasion}", **figures),
        label=wording.say(f"label_{occasion}"),
        lead=wording.say(f"lead_{occasion}", opened=view.incident.opened_at, **figures),
        sections=filled(sections),
        footer=_footer(view, wording, team),
        alarming=True,
    )


def closed_letter(view: IncidentView, wording: Wording, team: str) -> Letter:
    """Back to normal: how long it lasted, its peak, its total."""
    lasted = _lasted(view.incident)
    sections = [
        Section(facts=_closing_facts(view, wording)),
        _deeds_section(view, wording),
        _search_section(view, wording),
        _curve_section(view, wording),
        sources_section(view.sources, wording),
    ]
    mentions = wording.say("mentions", n=view.total.total)
    return Letter(
        subject=wording.say("subject_closed", brand=_brands(view, wording), mentions=mentions, duration=lasted),
        label=wording.say("label_closed"),
        lead=wording.say("lead_closed", brand=_brands(view, wording), duration=lasted),
        sections=filled(sections),
        footer=_footer(view, wording, team),
    )


def _opening_figures(view: IncidentView, wording: Wording) -> dict[str, object]:
    incident, signal = view.incident, view.incident.first
    return {
        "level": _level(incident, wording),
        "brand": _brands(view, wording),
        "mentions": _counted(incident, signal, wording),
        "window": signal.window,
        "expected": signal.expected_negatives if incident.kind.is_about_negatives else signal.expected,
        "matched": wording.join(signal.matched) if signal.matched else "",
        "onset": incident.onset,
        "opened": incident.opened_at,
        "what": wording.say(f"incident_{incident.kind.value}"),
    }


def _level(incident: Incident, wording: Wording) -> str:
    return wording.say(f"level_{incident.level.value}").upper()


def _brands(view: IncidentView, wording: Wording) -> str:
    """The brand, and those that the same story hits."""
    return wording.join([view.brand, *view.joined])


def _count(incident: Incident, signal: Signal) -> int:
    """What the incident is about: negative mentions for a bad buzz, all of them for a buzz."""
    return signal.negatives if incident.kind.is_about_negatives else signal.seen


def _counted(incident: Incident, signal: Signal, wording: Wording) -> str:
    key = "negative_mentions" if incident.kind.is_about_negatives else "mentions"
    return wording.say(key, n=_count(incident, signal))


def _opening_facts(view: IncidentView, wording: Wording) -> tuple[Figure, ...]:
    signal = view.incident.first
    expected = wording.say("fact_expected", expected=signal.expected, high=signal.expected_high) if signal.evidence else ""
    copies = wording.say("copies", n=signal.copies)
    apart = wording.say("fact_sites_note" if signal.copies else "fact_sites_no_copy", copies=copies)
    facts = [
        Figure(wording.say("fact_seen", window=signal.window), wording.number(signal.seen), expected),
        _negative_fact(signal, wording),
        Figure(wording.say("fact_sites"), wording.say("sites", n=signal.sites), apart),
        _onset_fact(view.incident, wording),
    ]
    if view.chance_below is not None:
        facts.append(Figure(wording.say("fact_chance"), _chance(view.chance_below, wording), wording.say("chance_note")))
    if signal.coverage < 1:
        note = wording.say("coverage_blind" if signal.is_blind else "coverage_partial")
        facts.append(Figure(wording.say("fact_coverage"), wording.percent(signal.coverage), note))
    return tuple(facts)


def _negative_fact(signal: Signal, wording: Wording) -> Figure:
    share = signal.negatives / signal.seen if signal.seen else 0.0
    note = wording.say("fact_negative_share", share=wording.percent(share), usual=wording.percent(signal.usual_negative_share))
    return Figure(wording.say("fact_negatives"), wording.number(signal.negatives), note)


def _worse_facts(view: IncidentView, wording: Wording) -> tuple[Figure, ...]:
    first, last = view.incident.first, view.incident.last
    seen = Figure(
        wording.say("fact_seen", window=last.window),
        wording.number(last.seen),
        wording.say("fact_at_opening", n=first.seen, window=first.window),
    )
    return seen, _negative_fact(last, wording), _total_fact(view, wording), _onset_fact(view.incident, wording)


def _closing_facts(view: IncidentView, wording: Wording) -> tuple[Figure, ...]:
    incident, peak = view.incident, view.incident.peak
    end = incident.closed_at or incident.updated_at
    lasted = wording.say("fact_lasted_note", start=incident.onset, end=end)
    at_peak = wording.say("fact_peak_note", window=peak.window, at=peak.at)
    return (
        Figure(wording.say("fact_lasted"), wording.duration(_lasted(incident)), lasted),
        Figure(wording.say("fact_peak"), _counted(incident, peak, wording), at_peak),
        _total_fact(view, wording),
    )


def _total_fact(view: IncidentView, wording: Wording) -> Figure:
    negatives = wording.say("total_negatives", n=view.total.negative)
    return Figure(
        wording.say("fact_total"),
        wording.say("mentions", n=view.total.total),
        wording.say("fact_total_note", negatives=negatives),
    )


def _onset_fact(incident: Incident, wording: Wording) -> Figure:
    delay = wording.say("fact_onset_note", delay=incident.opened_at - incident.onset)
    return Figure(wording.say("fact_onset"), wording.moment(incident.onset), delay)


def _lasted(incident: Incident) -> timedelta:
    return (incident.closed_at or incident.updated_at) - incident.onset


def _chance(below: timedelta, wording: Wording) -> str:
    return wording.say("chance_" + next(name for days, name in _CHANCES if below >= timedelta(days=days)))


def _curve_section(view: IncidentView, wording: Wording) -> Section:
    if not view.curve.buckets:
        return Section()
    return Section(wording.say("section_curve"), pictures=(curve_picture(view.curve, wording, view.incident.onset),))


def _excess_section(view: IncidentView, wording: Wording) -> Section:
    kinds = [replace(part, name=wording.say(f"kind_{part.name}")) for part in view.around.kinds]
    lines = [
        wording.say(key, parts=wording.join([_part(part, wording) for part in parts]))
        for key, parts in (("excess_kinds", kinds), ("excess_places", view.around.places))
        if parts
    ]
    lines += _spoken_lines(view, wording)
    compared = any(part.usual is not None for part in view.around.kinds)
    return Section(wording.say("section_excess"), lines=tuple(lines), notes=(wording.say("excess_note"),) if compared else ())


def _spoken_lines(view: IncidentView, wording: Wording) -> list[str]:
    """Who says it, about what, and in which words that were not said before."""
    lines = []
    if view.around.voices is not None:
        one = view.around.voices
        voices, texts, copies = (
            wording.say(key, n=n) for key, n in (("voices", one.voices), ("texts", one.texts), ("copies", one.copies))
        )
        lines.append(
            wording.say(
                "excess_voices_latest" if one.of_latest else "excess_voices",
                n=one.of_latest,
                voices=voices,
                texts=texts,
                copies=copies,
                loudest=one.loudest,
            )
        )
    if view.around.themes:
        lines.append(wording.say("excess_themes", parts=wording.join([_part(part, wording) for part in view.around.themes])))
    if view.around.terms:
        lines.append(wording.say("excess_terms", terms=wording.join([f"«\u00a0{term}\u00a0»" for term in view.around.terms])))
    return lines


def _part(part: PartView, wording: Wording) -> str:
    known = "excess_part" if part.usual is not None else "excess_part_unknown"
    return wording.say(known, name=part.name, n=part.seen, usual=part.usual)


def _stories_section(view: IncidentView, wording: Wording) -> Section:
    threads = tuple(thread_item(thread, wording) for thread in view.threads)
    return Section(wording.say("section_stories"), items=(*threads, *(story_item(story, wording) for story in view.stories)))


def _quotes_section(view: IncidentView, wording: Wording) -> Section:
    items = tuple(mention_item(quote, wording) for quote in view.quotes)
    return Section(wording.say("section_quotes"), items=items, notes=(wording.say("quotes_note"),))


def _first_section(view: IncidentView, wording: Wording) -> Section:
    """The first mention, and where it was said after that."""
    items = (mention_item(view.around.first_mention, wording),) if view.around.first_mention else ()
    steps = " → ".join(wording.say("path_step", site=step.site, at=step.at) for step in view.around.path)
    notes = (wording.say("path_line", steps=steps),) if steps else ()
    return Section(wording.say("section_first"), items=items, notes=notes)


def _past_section(view: IncidentView, wording: Wording) -> Section:
    """How incidents of the same shape ended."""
    lines = tuple(_past_line(past, wording) for past in view.around.past)
    return Section(wording.say("section_past"), lines=lines)


def _past_line(past: PastView, wording: Wording) -> str:
    incident = past.incident
    return wording.say(
        "past_false" if past.is_false else "past_line",
        at=incident.opened_at,
        mentions=_counted(incident, incident.peak, wording),
        window=incident.peak.window,
        duration=_lasted(incident),
    )


def _handled_lines(view: IncidentView, wording: Wording) -> tuple[str, ...]:
    """Who takes care of it, and what colleagues noted."""
    taken, notes = view.handling.acknowledged, view.handling.notes
    lines = [wording.say("page_taken_by", by=taken.by or "?", at=taken.at)] if taken else []
    lines += [wording.say("note_line", by=one.by or "?", at=one.at, text=shorten(one.text, 200)) for one in notes[-3:]]
    return tuple(lines)


def _search_section(view: IncidentView, wording: Wording) -> Section:
    """Where all the mentions are: in Kibana where there is one, else in the built-in search."""
    if view.kibana:
        return Section(items=(Item(url=view.kibana, line=wording.say("open_kibana")),))
    return Section(items=(Item(line=wording.say("open_search"), command=view.search),) if view.search else ())


def _deeds_section(view: IncidentView, wording: Wording) -> Section:
    """Who takes care of it, and what the reader may do with a click: call it a false alarm, only, once it is over."""
    is_over = view.incident.closed_at is not None
    buttons = [Link(wording.say(f"action_{wish}"), url) for wish, url in view.deeds if wish == "false" or not is_over]
    notes = (wording.say("deeds_note"),) if buttons else ()
    return Section(lines=_handled_lines(view, wording), buttons=tuple(buttons), notes=notes)


def _rule_section(view: IncidentView, wording: Wording) -> Section:
    fired = "rule_fired" if view.rule.row else "rule_gone"
    line = wording.say(fired, rule=view.rule.id, row=", ".join(view.rule.row))
    record = view.around.record
    counts = {"alerts": wording.say("alerts", n=record.alerts), "false": wording.say("false_alarms", n=record.false)}
    marks = wording.say("rule_record_since", at=record.since, **counts) if record.since else wording.say("rule_record", **counts)
    lines = [line, *([marks] if record.alerts else [])]
    if record.latest_false is not None:
        lines.append(wording.say("rule_last_false", at=record.latest_false))
    return Section(wording.say("section_rule"), lines=(*lines, wording.say("rule_change")))


def _footer(view: IncidentView, wording: Wording, team: str) -> tuple[str, ...]:
    return (wording.say("why_incident", rule=view.rule.id, unsubscribe=wording.say("unsubscribe", team=team)),)

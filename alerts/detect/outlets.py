"""Outlets and authors: a national outlet, or somebody the team chose, names the brand. One voice there outweighs a forum."""

from collections.abc import Iterable, Sequence

from alerts.detect.sightings import Habit, Sighting, SightingDetector
from vigie.model import Arrival, SignalKind


def outlet_detector(
    brand_id: str, tier: int, sites: Sequence[str], authors: Sequence[str], pause_bins: int, *, negative_only: bool = False
) -> SightingDetector:
    """Tells of each story on each site of `tier` or better (0: none) or of `sites`, and of each text of `authors`.

    At most once in `pause_bins` bins of five minutes, and not in the first three days: the first reading of a source brings
    everything that it still shows.
    Hosts are written without `www.`; authors as the press signs them, or as the pseudonym that a search shows. Case is ignored.
    """
    chosen_sites = frozenset(site.casefold() for site in sites)
    chosen_authors = frozenset(" ".join(author.casefold().split()) for author in authors)

    def told(arrival: Arrival) -> Iterable[Sighting]:
        if arrival.compromised or (negative_only and arrival.negative < 0.5):
            return
        author, site = " ".join(arrival.author.casefold().split()), arrival.site.casefold()
        if author and author in chosen_authors:
            yield Sighting(f"author {author} {arrival.story_id}", arrival.author)
        elif arrival.tier <= tier or site in chosen_sites:
            yield Sighting(f"site {site} {arrival.story_id}", arrival.site)

    return SightingDetector(brand_id, Habit(SignalKind.OUTLET, pause=pause_bins, from_the_start=False), told)

"""The name in a line that says who wrote something and when, as engines print it above articles and comments."""

import re

_WEEKDAY = r"\w+day|(?:mon|tue|wed|thu|fri|sat|sun)|(?:lun|mar|mercre|jeu|vendre|same)di|(?:lun|mar|mer|jeu|ven|sam|dim)|dimanche"
_BEHIND = rf"(?=\s*[,|•·»]|\s+[-–—]\s|\s+(?:le|on|sur)\s+(?:\d|(?:{_WEEKDAY})\b)|\s+à\s+\d|\s*$)"
_NAME = r"(?P<name>[^,|•·»]{1,80}?)"
BY = re.compile(rf"\b(?:par|by)\s+{_NAME}{_BEHIND}", re.IGNORECASE)  # « Soumis par Zoé le dim, 22/11/2026 - 02:47 »
BY_OR_FROM = re.compile(  # also « 2 De Théo.M - 21/11/2026, 22:49 », above a comment
    rf"(?:\b(?:par|by)|^\W*(?:\d+\W+)?(?:(?:commentaire|message|réponse)\s+)?de)\s+{_NAME}{_BEHIND}", re.IGNORECASE
)

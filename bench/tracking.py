"""How many tracking parameters of a public list Vigie's own rules remove: python bench/tracking.py data.min.json

The file is that of ClearURLs (github.com/ClearURLs/Rules, LGPL-3.0), which is not part of this project. Each parameter that
the list spells out (patterns are left aside) is put behind a page's own parameter, on a host that its rule is meant for. It is
removed when it is gone and the page's own is still there.
"""

import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from crawlers.urls import canonicalise_url

_SPELT_OUT = re.compile(r"[\w.:-]+")


def host_of_rule(pattern: str) -> str:
    """A host that a rule's address pattern is meant for: of alternatives and endings the first, of what may be there nothing."""
    bare = re.sub(r"^\^?https\??:(\\?/){2}", "", pattern).replace("(?:[a-z0-9-]+\\.)*?", "").replace("([a-z0-9-.]*\\.)", "")
    bare = bare.replace("(?:\\.[a-z]{2,}){1,}", ".com").replace("[bv]", "b")
    bare = re.sub(r"\((?:\?:)?([^()|]*)(?:\|[^()]*)?\)\??", r"\1", bare)
    return re.split(r"\\?/", bare.replace("\\.", ".").replace("\\-", "-"))[0].rstrip("?$") or "exemple.fr"


def main() -> None:
    if len(sys.argv) < 2:
        print("tracking parameters: not measured, the path of a list is wanted")
        return
    providers = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["providers"]
    left: list[str] = []
    seen: set[tuple[str, str]] = set()
    for name, provider in providers.items():
        host = "www.exemple.fr" if name == "globalRules" else host_of_rule(provider["urlPattern"])
        for rule in provider.get("rules", []):
            parameter = rule.replace("(?:%3F)?", "")
            if not _SPELT_OUT.fullmatch(parameter) or (host, parameter.lower()) in seen:
                continue
            seen.add((host, parameter.lower()))
            if canonicalise_url(f"https://{host}/page?id=3&{parameter}=x1") != f"https://{host}/page?id=3":
                left.append(f"{host} {parameter}")
    names = {pair.split()[1].lower() for pair in left}
    print(f"{len(seen) - len(left)} of {len(seen)} parameters on their sites; names never removed: {len(names)}")
    print("left in place:", "; ".join(left))


if __name__ == "__main__":
    main()

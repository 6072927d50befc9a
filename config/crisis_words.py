"""`crisis_words.txt`: the words and phrases that a team wants to be told of at once. One a line; `#` begins a remark."""

from pathlib import Path

FILE = "crisis_words.txt"
_LONGEST = 80


def read_crisis_words(folder: Path, problems: list[str]) -> list[str]:
    """The lines that are words, in order, each once; a file that is missing holds none. What is wrong is added to `problems`."""
    try:
        text = (folder / FILE).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return []
    except UnicodeDecodeError as error:
        problems.append(f"{FILE}: not UTF-8 text (byte {error.start}); save the file as UTF-8")
        return []
    except OSError as error:
        problems.append(f"{FILE}: cannot be read: {error.strerror}")
        return []
    words: dict[str, None] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        written = " ".join(line.partition("#")[0].split())
        if not written:
            continue
        if len(written) > _LONGEST or sum(letter.isalnum() for letter in written) < 2:
            problems.append(f"{FILE}: line {number}: {written[:40]!r} is no word or phrase of 2 to {_LONGEST} characters")
        else:
            words[written] = None
    return list(words)

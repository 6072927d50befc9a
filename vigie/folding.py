"""Letters without their accents: what every comparison of words that must not see them is built from."""

import unicodedata


def unaccented(text: str) -> str:
    """`text` without accents and other combining marks, compatible forms in their plain one (NFKD): "Été ①" gives "Ete 1".

    Case stays, and so do ligatures of letters (œ, æ), which are letters of their own.
    """
    if text.isascii():
        return text
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))

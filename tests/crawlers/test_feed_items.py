"""Only what is new in a feed reaches the parser."""

from hypothesis import given
from hypothesis import strategies as st

from crawlers.feed_items import items_in, without

HEAD, TAIL = b'<?xml version="1.0"?><rss><channel><title>t</title>', b"</channel></rss>"


def feed(*items: bytes) -> bytes:
    return HEAD + b"\n".join(items) + TAIL


def item(text: str) -> bytes:
    return f"<item><title>{text}</title></item>".encode()


def test_an_item_is_from_its_first_to_its_last_byte():
    body = feed(item("un"), item("deux"))
    assert [body[found.start : found.end] for found in items_in(body)] == [item("un"), item("deux")]


def test_markup_of_items_inside_cdata_and_comments_parts_nothing():
    whole = b"<entry><content><![CDATA[<entry>x</entry></entry>]]></content><!-- </entry> --></entry>"
    body = b"<feed>" + whole + b"</feed>"
    assert [body[found.start : found.end] for found in items_in(body)] == [whole]


def test_the_list_of_an_rdf_channel_is_no_item():
    assert len(items_in(b'<rdf><channel><items><rdf:li/></items></channel><item rdf:about="1"></item></rdf>')) == 1


def test_a_feed_whose_items_do_not_close_is_left_whole():
    assert items_in(feed(b"<item><title>un</title>")) == ()
    assert items_in(feed(item("un"), b"</item>")) == ()


@given(st.lists(st.text("abc<>&é", max_size=5).map(lambda text: f"<![CDATA[{text}]]>"), unique=True, max_size=6), st.data())
def test_what_is_left_is_exactly_what_is_not_known(texts, data):
    body = feed(*map(item, texts))
    found = items_in(body)
    known = {one.digest for one in data.draw(st.permutations(found))[: data.draw(st.integers(0, len(found)))]} if found else set()
    left = without(body, found, known)
    assert [one.digest for one in items_in(left)] == [one.digest for one in found if one.digest not in known]
    assert without(body, found, ()) == body

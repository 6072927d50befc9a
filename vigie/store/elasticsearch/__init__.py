"""The mention store in Elasticsearch 8 or 9. The client library is imported when a store is opened, not before."""

from vigie.store.elasticsearch.store import ElasticsearchMentionStore, open_elasticsearch

__all__ = ["ElasticsearchMentionStore", "open_elasticsearch"]

"""Kibana beside an Elasticsearch store: the objects that `deploy/kibana` makes, sent to it and checked against the mapping."""

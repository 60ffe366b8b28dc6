#!/usr/bin/env bash
# A PostgreSQL server for tests and benchmarks, on loopback, in a folder of its own.
#
#   tests/postgres/server.sh start FOLDER [OPTION…]   prints the address of a database in it
#   tests/postgres/server.sh stop|again|restart|freeze|thaw FOLDER
#   tests/postgres/server.sh keep|put_back FOLDER     its data as they are, and in their place later
#
# OPTION: for the server, such as fsync=on. Exit status 77: PostgreSQL is not installed.
set -euo pipefail

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
if [ ! -x "$bin/initdb" ]; then
    echo "PostgreSQL is not installed: apt-get install postgresql-15" >&2
    exit 77
fi
command=$1 folder=$2
shift 2
password=only-for-tests

# PostgreSQL refuses to run as root.
as_user() {
    if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups env HOME="$folder" "$@"
    else "$@"
    fi
}

control() { as_user "$bin/pg_ctl" -s -w -D "$folder/data" -l "$folder/log" "$@" >&2; }

start_on_a_free_port() {
    local options="-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=200"
    local option port
    for option in "$@"; do options+=" -c $option"; done
    for _ in $(seq 20); do
        port=$((20000 + RANDOM % 20000))
        if control -o "-p $port $options" start 2>/dev/null; then
            echo "$port" >"$folder/port"
            echo "-p $port $options" >"$folder/options"
            return
        fi
    done
    cat "$folder/log" >&2
    exit 1
}

postmaster() { head -1 "$folder/data/postmaster.pid"; }
everyone() { echo "$(postmaster)" $(ps -o pid= --ppid "$(postmaster)"); }

case $command in
    start)
        mkdir -p "$folder"
        [ "$(id -u)" != 0 ] || chown postgres: "$folder"
        chmod 755 "$folder"
        echo $password >"$folder/password"
        chmod 644 "$folder/password"
        as_user "$bin/initdb" -D "$folder/data" -U tester -E UTF8 --locale=C -A scram-sha-256 \
            --pwfile="$folder/password" --no-sync >/dev/null
        start_on_a_free_port "$@"
        echo "postgresql://tester:$password@127.0.0.1:$(cat "$folder/port")/postgres"
        ;;
    stop) control -m immediate stop ;;
    again) control -o "$(cat "$folder/options")" start ;;
    restart) control -m fast restart ;;
    keep)
        control -m fast stop
        cp -a "$folder/data" "$folder/kept"
        control -o "$(cat "$folder/options")" start
        ;;
    put_back)
        control -m immediate stop
        rm -rf "$folder/data"
        cp -a "$folder/kept" "$folder/data"
        control -o "$(cat "$folder/options")" start
        ;;
    freeze) kill -STOP $(everyone) ;;
    thaw) kill -CONT $(everyone) ;;
esac

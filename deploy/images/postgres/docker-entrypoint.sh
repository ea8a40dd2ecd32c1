#!/bin/sh
# The official image's contract, as far as tests and services need it: POSTGRES_USER, POSTGRES_PASSWORD (or _FILE), POSTGRES_DB, POSTGRES_INITDB_ARGS,
# PGDATA. The first start makes the data folder; arguments that begin with a dash are the server's.
set -eu
[ "${1:-}" = '' ] && set -- postgres
case "$1" in -*) set -- postgres "$@" ;; esac
[ "$1" = postgres ] || exec "$@"

if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" && chown -R postgres:postgres "$PGDATA" && chmod 700 "$PGDATA"
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  user=${POSTGRES_USER:-postgres}
  database=${POSTGRES_DB:-$user}
  password=${POSTGRES_PASSWORD:-}
  [ -n "${POSTGRES_PASSWORD_FILE:-}" ] && password=$(cat "$POSTGRES_PASSWORD_FILE")
  [ -n "$password" ] || { echo 'POSTGRES_PASSWORD is not set: the superuser needs a password.' >&2; exit 1; }
  secret=$(mktemp) && printf '%s\n' "$password" > "$secret"
  # shellcheck disable=SC2086 # several arguments by contract
  initdb --username="$user" --pwfile="$secret" --auth-host=scram-sha-256 --auth-local=trust ${POSTGRES_INITDB_ARGS:-} "$PGDATA"
  rm -f "$secret"
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
  # In single-user mode nobody can connect before the database is there.
  [ "$database" = postgres ] || echo "create database \"$database\" owner \"$user\"" | postgres --single -j -D "$PGDATA" postgres >/dev/null
fi
exec "$@" -c listen_addresses='*'

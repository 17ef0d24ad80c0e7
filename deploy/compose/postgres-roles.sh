#!/bin/sh
# Runs once, on an empty volume. eliza_owner owns the tables and migrates; eliza_app serves and owns nothing.
set -eu
psql --no-psqlrc --set ON_ERROR_STOP=1 --username postgres \
  --set owner="$POSTGRES_OWNER_PASSWORD" --set app="$POSTGRES_APP_PASSWORD" <<'SQL'
create role eliza_owner login createrole createdb password :'owner';
create role eliza_app login noinherit password :'app';
grant eliza_app to eliza_owner with admin true, inherit false;
create database eliza owner eliza_owner;
SQL

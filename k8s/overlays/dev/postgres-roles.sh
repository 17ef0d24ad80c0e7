#!/bin/sh
set -eu
psql --no-psqlrc --set ON_ERROR_STOP=1 --username postgres <<'SQL'
create role eliza_owner login createrole createdb password 'development';
create role eliza_app login noinherit password 'development';
grant eliza_app to eliza_owner with admin true, inherit false;
create database eliza owner eliza_owner;
SQL

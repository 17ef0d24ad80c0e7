#!/bin/sh
# Fills .env.example with fresh keys: sh deploy/compose/make-env.sh > .env
set -eu
random() { head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
while IFS= read -r line; do
  case $line in
    ENCRYPTION_KEY=) echo "ENCRYPTION_KEY=$(head -c 32 /dev/urandom | base64 | tr -d '\n')" ;;
    *_PASSWORD= | ELIZA_SERVER_AUTH_TOKEN= | SERVER_API_KEY= | OPERATOR_KEY= | S3_*_KEY*=) echo "$line$(random)" ;;
    *) printf '%s\n' "$line" ;;
  esac
done <"$(dirname "$0")/../../.env.example"

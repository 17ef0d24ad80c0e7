#!/bin/sh
# SeaweedFS as an S3 store with one key. Nobody comes in without it.
set -eu
umask 077
cat >/tmp/s3.json <<JSON
{"identities": [{"name": "eliza-fleet", "actions": ["Admin", "Read", "Write", "List", "Tagging"],
  "credentials": [{"accessKey": "$S3_ACCESS_KEY_ID", "secretKey": "$S3_SECRET_ACCESS_KEY"}]}]}
JSON
exec weed server -dir=/data -ip=127.0.0.1 -ip.bind=0.0.0.0 -s3 -s3.port=8333 -s3.config=/tmp/s3.json -volume.max=0 -master.volumeSizeLimitMB=1024

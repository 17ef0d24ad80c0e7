#!/usr/bin/env bash
# Builds the images and runs them, on a machine without a Docker engine: npm run images
# Needs root, buildah, podman, runc and debootstrap (Debian's packages); says so and does nothing where they are missing.
# The base image is not pulled: it is made of Debian's packages and the Node that runs here, under the official name.
#   tools/images/try.sh            builds all, and runs `tools/images/run.mjs` on them
#   tools/images/try.sh --build    only builds
set -euo pipefail
cd "$(dirname "$0")/../.."

for program in buildah podman runc debootstrap; do
  command -v "$program" >/dev/null || { echo "Skipped: there is no $program (apt-get install buildah podman runc debootstrap)"; exit 0; }
done
[ "$(id -u)" = 0 ] || { echo 'Skipped: this needs root'; exit 0; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Without overlay every step would copy the whole image.
mkdir "$work"/{lower,upper,own,merged}
driver=vfs
if mount -t overlay overlay -o "lowerdir=$work/lower,upperdir=$work/upper,workdir=$work/own" "$work/merged" 2>/dev/null; then
  umount "$work/merged"
  driver=overlay
fi
# A place of their own: whoever uses podman here has images already.
kept=${ELIZA_IMAGES:-/var/tmp/eliza-fleet-images}
store=(--root "$kept/$driver" --runroot "$kept/run" --storage-driver "$driver")
base=$(sed -n 's/^ARG NODE_IMAGE=//p' Dockerfile)

if ! podman "${store[@]}" image exists "$base"; then
  echo "Making $base of Debian's packages and Node $(node --version)"
  debootstrap --variant=minbase --include=ca-certificates bookworm "$work/base" >"$work/debootstrap.log" 2>&1 || { tail -5 "$work/debootstrap.log"; exit 1; }
  for part in bin/node bin/npm bin/npx lib/node_modules/npm; do
    from="$(dirname "$(dirname "$(command -v node)")")/$part"
    [ -e "$from" ] || continue
    mkdir -p "$work/base/usr/local/$(dirname "$part")"
    cp -a "$from" "$work/base/usr/local/$part"
  done
  tar -C "$work/base" -c . | podman "${store[@]}" import - "$base" >/dev/null
fi

arguments=()
if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then
  cp "$NODE_EXTRA_CA_CERTS" ca.pem
  trap 'rm -rf "$work" ca.pem' EXIT
  arguments=(--build-arg NODE_EXTRA_CA_CERTS=/src/ca.pem)
fi
for target in gateway agent-worker media-service admin; do
  echo "Building $target"
  buildah "${store[@]}" bud --isolation chroot --pull-never --layers "${arguments[@]}" --target "$target" \
    -t "eliza-fleet/$target:tried" . >"$work/build.log" 2>&1 || { tail -30 "$work/build.log"; exit 1; }
done
podman "${store[@]}" images --format '{{.Repository}}:{{.Tag}} {{.Size}}' | grep eliza-fleet

[ "${1:-}" = --build ] || node tools/images/run.mjs "${store[@]}"

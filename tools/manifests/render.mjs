import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { inRepository } from '../lib/places.mjs';

const OVERLAYS = inRepository('k8s/overlays');

/** Every overlay as a cluster would get it; undefined where there is no kubectl. */
export function renderOverlays() {
  if (!hasKubectl()) return undefined;
  return Object.fromEntries(
    readdirSync(OVERLAYS).map((name) => [
      name,
      documentsIn(execFileSync('kubectl', ['kustomize', path.join(OVERLAYS, name)], { encoding: 'utf8' })),
    ]),
  );
}

/** Every whole manifest as it stands in its file: what is left to look at without kubectl. */
export function manifestFiles(folder = inRepository('k8s')) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.yaml') && !name.endsWith('kustomization.yaml'))
    .flatMap((name) => documentsIn(readFileSync(path.join(folder, name), 'utf8')));
}

/** The documents of a YAML file. */
function documentsIn(text) {
  return parseAllDocuments(text)
    .map((document) => {
      if (document.errors.length > 0) throw document.errors[0];
      return document.toJS();
    })
    .filter((value) => value !== null);
}

function hasKubectl() {
  try {
    execFileSync('kubectl', ['version', '--client'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

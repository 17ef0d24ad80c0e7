import { accessSync, constants, existsSync, mkdirSync, readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The program of that name on PATH. */
export function onPath(name) {
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter(Boolean)
    .map((folder) => path.join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** A folder that keeps what was unpacked, for every checkout of this user. */
export function cacheFolder(fallback) {
  const folder = path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'eliza-fleet');
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return folder;
  } catch {
    return fallback;
  }
}

/** The environment in which a program that was unpacked into a folder finds its libraries. */
export function environmentOf(folder) {
  const libraries = ['usr/lib', 'lib'].map((name) => path.join(folder, name)).flatMap(withSubfolders);
  return { ...process.env, LD_LIBRARY_PATH: libraries.join(':') };
}

function withSubfolders(folder) {
  if (!existsSync(folder)) return [];
  const inside = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return inside.map((entry) => path.join(folder, entry.name));
}

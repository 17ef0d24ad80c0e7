import { isMediaFile, isUuid, type MediaOwnerKind, type MediaPlace } from '@app/contracts';
import { existsSync } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Tally } from './tally.js';

/** A file of an ElizaOS installation, and the place it has here: its URL stays the same. */
export interface FoundFile extends MediaPlace {
  path: string;
  size: number;
}

const PORTION = 200;

/** Below the data folder: files of an owner are in a folder with its id. */
const FOLDERS: [folder: string, ownerKind: MediaOwnerKind][] = [
  ['uploads/agents', 'agent'],
  ['uploads/channels', 'channel'],
  ['generated', 'generated'],
];

/** What people uploaded to an ElizaOS installation, and what its agents made. Only read. */
export class ElizaosFiles {
  private constructor(private readonly folders: [folder: string, ownerKind: MediaOwnerKind][]) {}

  /** @param folder ElizaOS's data folder, or the uploads in it; undefined when it is neither */
  static in(folder: string): ElizaosFiles | undefined {
    const data = ['agents', 'channels'].some((name) => existsSync(path.join(folder, name)))
      ? FOLDERS.slice(0, 2).map(([name, kind]) => [path.join(folder, path.basename(name)), kind] as const)
      : FOLDERS.map(([name, kind]) => [path.join(folder, name), kind] as const);
    const found = data.filter(([name]) => existsSync(name));
    return found.length > 0 ? new ElizaosFiles(found.map(([name, kind]) => [name, kind])) : undefined;
  }

  /** How many there are. */
  async count(): Promise<number> {
    let count = 0;
    for await (const _ of this.entries()) count += 1;
    return count;
  }

  /** All of them; notes in the tally those that can have no place here. */
  async *portions(tally: Tally): AsyncGenerator<FoundFile[]> {
    let portion: FoundFile[] = [];
    for await (const { ownerKind, owner, file, path: from } of this.entries()) {
      if (!isUuid(owner)) tally.leave('belong to what is no UUID');
      else if (!isMediaFile(file)) tally.leave('have names that no file has here');
      else {
        const { size } = await stat(from);
        portion.push({ ownerKind, ownerId: owner.toLowerCase(), file, path: from, size });
      }
      if (portion.length < PORTION) continue;
      yield portion;
      portion = [];
    }
    yield portion;
  }

  /** Files alone: a link could lead anywhere. */
  private async *entries(): AsyncGenerator<{ ownerKind: MediaOwnerKind; owner: string; file: string; path: string }> {
    for (const [folder, ownerKind] of this.folders) {
      for await (const owner of await opendir(folder)) {
        if (!owner.isDirectory()) continue;
        for await (const file of await opendir(path.join(folder, owner.name))) {
          const from = path.join(folder, owner.name, file.name);
          if (file.isFile()) yield { ownerKind, owner: owner.name, file: file.name, path: from };
        }
      }
    }
  }
}

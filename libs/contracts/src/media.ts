import { isUuid, type Uuid } from './ids.js';

/** What a file belongs to: an agent or a channel it was uploaded to, or the agent that generated it. */
export const MEDIA_OWNERS = ['agent', 'channel', 'generated'] as const;

/** One of {@link MEDIA_OWNERS}. */
export type MediaOwnerKind = (typeof MEDIA_OWNERS)[number];

/** Where a file is within its tenant. */
export interface MediaPlace {
  ownerKind: MediaOwnerKind;
  ownerId: Uuid;
  /** The name we gave it, never the uploader's. */
  file: string;
}

const FOLDERS: Record<MediaOwnerKind, string> = {
  agent: 'uploads/agents',
  channel: 'uploads/channels',
  generated: 'generated',
};

/** The names we give: they need no escaping, in no URL and no key. */
const FILE = /^[0-9A-Za-z_-]+(\.[0-9A-Za-z]+)?$/;

/** The path under which a file is served, as it is stored in messages: without a signature. */
export function mediaPath({ ownerKind, ownerId, file }: MediaPlace): string {
  return `/media/${FOLDERS[ownerKind]}/${ownerId}/${file}`;
}

/** The place of a path made by {@link mediaPath}; undefined for any other path. */
export function parseMediaPath(path: string): MediaPlace | undefined {
  for (const ownerKind of MEDIA_OWNERS) {
    const folder = `/media/${FOLDERS[ownerKind]}/`;
    if (!path.startsWith(folder)) continue;
    const [ownerId, file, ...more] = path.slice(folder.length).split('/');
    if (isUuid(ownerId) && file !== undefined && isMediaFile(file) && more.length === 0) {
      return { ownerKind, ownerId: ownerId.toLowerCase(), file };
    }
  }
  return undefined;
}

/** Whether a file may have this name. */
export function isMediaFile(name: string): boolean {
  return name.length <= 120 && FILE.test(name);
}

/** The names under a tenant's prefix that lead to a file's object. */
export function mediaObjectPath(place: MediaPlace): [string, ...string[]] {
  return [FOLDERS[place.ownerKind], place.ownerId, place.file];
}

/** The place of the names made by {@link mediaObjectPath}, joined; undefined for any other path below a tenant. */
export function parseMediaObjectPath(path: string): MediaPlace | undefined {
  return parseMediaPath(`/media/${path}`);
}

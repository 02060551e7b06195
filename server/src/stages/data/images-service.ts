import type { Readable } from 'node:stream';
import type { ItemImage } from '@greenlight/shared/stages/data/content.ts';
import { THUMBNAIL_MEDIA_TYPE } from '@greenlight/shared/stages/data/image-pack.ts';
import type { AuditService } from '../../across/governance/audit-service.ts';
import { AppError } from '../../plugins/app-error.ts';
import { actorOf, type UserPrincipal } from '../../plugins/principal.ts';
import type { Storage } from '../../storage/storage.ts';
import { findImage } from './image-packs.ts';
import type { DataStore } from './store.ts';

/** An image on its way to a browser. */
export interface OpenImage {
  readonly stream: Readable;
  readonly sizeBytes: number;
  readonly mediaType: ItemImage['mediaType'];
}

/** The door to the images of versions. */
export interface ImagesService {
  /**
   * Opens the image of item `number`. Nobody can mask what an image shows, so every read counts as one of personal data: the audit log
   * names the person, the version and a range of items before the first image of that range leaves, once in an hour.
   * Its thumbnail shows the same, and is read by the same rule. Throws `not-found`, also where there is no thumbnail, and `content-deleted`.
   */
  open(person: UserPrincipal, versionId: string, number: number, size: 'whole' | 'thumbnail'): Promise<OpenImage>;
}

/** Items that one event of the audit log stands for. */
const ITEMS_AN_EVENT = 50;
const EVENT_MS = 60 * 60 * 1000;
const MOST_REMEMBERED = 10_000;

/** Builds the service of images. */
export function createImagesService(store: DataStore, storage: Storage, audit: AuditService): ImagesService {
  /** Reads that the log names already, the oldest first, by when they were written. */
  const recorded = new Map<string, { readonly at: number; readonly written: Promise<void> }>();

  function record(person: UserPrincipal, versionId: string, projectId: string, number: number): Promise<void> {
    const first = number - ((number - 1) % ITEMS_AN_EVENT);
    const key = `${person.userId} ${versionId} ${first}`;
    const known = recorded.get(key);
    if (known !== undefined && performance.now() - known.at < EVENT_MS) return known.written;
    const written = audit.recordAlone({
      actor: actorOf(person),
      action: 'personal-data.images-read',
      target: `dataset-version:${versionId}`,
      projectId,
      details: { from: first, to: first + ITEMS_AN_EVENT - 1 },
    });
    recorded.delete(key);
    recorded.set(key, { at: performance.now(), written });
    // What could not be written is tried again by the next read.
    written.catch(() => recorded.delete(key));
    if (recorded.size > MOST_REMEMBERED) recorded.delete(recorded.keys().next().value!);
    return written;
  }

  return {
    async open(person, versionId, number, size) {
      const version = await store.find(versionId);
      if (version === null || version.imagesSha256 === null || version.imagesBytes === null)
        throw new AppError('not-found');
      if (version.deletedAt !== null) throw new AppError('content-deleted');
      const { imagesSha256: sha256, imagesBytes, items, projectId } = version;
      const image = await findImage(storage, { sha256, sizeBytes: Number(imagesBytes), items }, number);
      if (size === 'thumbnail' && image.thumbnailBytes === 0) throw new AppError('not-found');
      await record(person, versionId, projectId, number);
      const { start, length, mediaType }: { start: number; length: number; mediaType: ItemImage['mediaType'] } =
        size === 'whole'
          ? { start: image.offset, length: image.sizeBytes, mediaType: image.mediaType }
          : { start: image.offset + image.sizeBytes, length: image.thumbnailBytes, mediaType: THUMBNAIL_MEDIA_TYPE };
      const { stream } = await storage.open(sha256, { start, length });
      return { stream, sizeBytes: length, mediaType };
    },
  };
}

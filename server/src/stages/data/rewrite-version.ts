import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { itemLine, type DatasetItem } from '@greenlight/shared/stages/data/content.ts';
import { maskedText } from '@greenlight/shared/stages/data/masked-text.ts';
import { ItemsCount } from '@greenlight/shared/stages/data/rules.ts';
import type { Storage } from '../../storage/storage.ts';
import { storePackOf } from './image-packs.ts';
import { readItems } from './read-items.ts';
import { holdsPersonalData } from './shown-items.ts';
import type { NewVersion, VersionWithDataset } from './store.ts';

const PREVIEW_ITEMS = 20;
const PIECE_BYTES = 256 * 1024;
const NEWLINE = Buffer.from('\n');

/** Opens the stored lines of a version. */
type Open = () => Promise<Readable>;

/** What becomes of an item: null where it goes, the item itself where it stays as it is. */
type Rewrite = (item: DatasetItem) => DatasetItem | null;

/** The line of an item that is left; one that stays as it is keeps its bytes. */
function lineOf(item: DatasetItem, left: DatasetItem, line: Buffer): Buffer {
  return left === item ? line : Buffer.from(itemLine(left).trimEnd());
}

/** The lines that are left, in pieces that are worth a write. */
async function* piecesOf(open: Open, rewrite: Rewrite): AsyncGenerator<Buffer> {
  let lines: Buffer[] = [];
  let bytes = 0;
  for await (const { item, line } of readItems(await open())) {
    const left = rewrite(item);
    if (left === null) continue;
    const written = lineOf(item, left, line);
    lines.push(written, NEWLINE);
    bytes += written.length + 1;
    if (bytes < PIECE_BYTES) continue;
    yield Buffer.concat(lines);
    lines = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(lines);
}

/** What an item says, an image or a text, in 16 bytes: texts themselves would not fit into memory. */
function keyOf({ image, text }: DatasetItem): string {
  return createHash('sha256')
    .update(image?.sha256 ?? text)
    .digest()
    .toString('latin1', 0, 16);
}

/** Stores the images of the items that are left; the others go with the pack of the origin. */
async function imagesLeft(
  { imagesSha256, imagesBytes, items }: VersionWithDataset,
  left: readonly number[],
  storage: Storage,
): Promise<Pick<NewVersion, 'imagesSha256' | 'imagesBytes'>> {
  if (imagesSha256 === null || imagesBytes === null) return {};
  const pack = { sha256: imagesSha256, sizeBytes: Number(imagesBytes), items };
  const { sha256, sizeBytes } = await storePackOf(storage, pack, left);
  return { imagesSha256: sha256, imagesBytes: BigInt(sizeBytes) };
}

/** What a version is without some items: how many these were, how many others changed, and what takes its place, null where nothing is left. */
export interface RewrittenVersion {
  readonly removed: number;
  readonly changed: number;
  readonly version: NewVersion | null;
}

/**
 * Writes the items of a version that are left into storage. Lines that do not change stay as they are, byte by byte, so that the same
 * version without the same items is the same content.
 */
export async function rewriteVersion(
  version: VersionWithDataset,
  open: Open,
  rewrite: Rewrite,
  storage: Storage,
): Promise<RewrittenVersion> {
  const count = new ItemsCount();
  const hash = createHash('sha256');
  const splits = { train: 0, validation: 0, test: 0 };
  const trained = new Set<string>();
  const tested: string[] = [];
  const preview: string[] = [];
  let sizeBytes = 0;
  let removed = 0;
  let changed = 0;
  let personalItems = 0;
  const left: number[] = [];
  for await (const { number, item: origin, line } of readItems(await open())) {
    const item = rewrite(origin);
    if (item === null) {
      removed++;
      continue;
    }
    if (item !== origin) changed++;
    const written = lineOf(origin, item, line);
    if (item.image !== undefined) left.push(number);
    count.add(item);
    hash.update(written).update(NEWLINE);
    sizeBytes += written.length + 1;
    splits[item.split]++;
    if (item.split === 'train') trained.add(keyOf(item));
    if (item.split === 'test') tested.push(keyOf(item));
    if (preview.length < PREVIEW_ITEMS) preview.push(maskedText(item.text));
    if (holdsPersonalData(item)) personalItems++;
  }
  const { items, ...summary } = count.summary();
  if (items === 0) return { removed, changed, version: null };
  const contentSha256 = hash.digest('hex');
  const pieces = Readable.from(piecesOf(open, rewrite), { objectMode: false });
  await storage.put(pieces, { sha256: contentSha256, sizeBytes });
  const images = await imagesLeft(version, left, storage);
  const { seed } = version.splits as { seed: number };
  const { source, licence, notes } = version;
  return {
    removed,
    changed,
    version: {
      ...summary,
      items,
      contentSha256,
      sizeBytes: BigInt(sizeBytes),
      ...images,
      splits: {
        train: splits.train,
        validation: splits.validation || splits.train,
        test: splits.test || splits.train,
        sameAsTraining: tested.every((key) => trained.has(key)),
        seed,
      },
      source,
      licence,
      notes,
      preview,
      personalItems,
    },
  };
}

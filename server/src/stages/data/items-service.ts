import type { z } from 'zod';
import {
  MAX_SEARCHED_ITEMS,
  type ItemFilter,
  type ItemPage,
  type listDatasetItems,
  type readRawItems,
} from '@greenlight/shared/stages/data/items-contract.ts';
import { maskedWhole } from '@greenlight/shared/stages/data/masked-text.ts';
import type { AuditService } from '../../across/governance/audit-service.ts';
import { decodeCursor, decodeNumberCursor, encodeCursor, foreignCursor } from '../../plugins/cursor.ts';
import { actorOf, type UserPrincipal } from '../../plugins/principal.ts';
import type { ByteRange } from '../../storage/storage.ts';
import type { LabelMasks } from './label-masks-service.ts';
import { isItemStart, readItems, type ItemPlace } from './read-items.ts';
import type { DataService } from './service.ts';
import { shownItem } from './shown-items.ts';

type Browse = z.output<NonNullable<typeof listDatasetItems.query>>;
type RawRead = z.output<NonNullable<typeof readRawItems.body>>;

/** The door to single items of versions. */
export interface ItemsService {
  /** A page with personal data masked. Throws `not-found`. */
  browse(versionId: string, query: Browse): Promise<ItemPage>;
  /** A page as it is; the audit log names person, version, items and purpose before the answer leaves. */
  readRaw(person: UserPrincipal, versionId: string, body: RawRead): Promise<ItemPage>;
}

function isFiltering({ split, label, text, personalData }: ItemFilter): boolean {
  return [split, label, text, personalData].some((one) => one !== undefined);
}

function placeOf(cursor: string): ItemPlace {
  return { number: decodeNumberCursor(cursor, 'number') ?? 0, byte: Number(decodeCursor(cursor, ['byte']).byte) };
}

/** Builds the items service. */
export function createItemsService(data: DataService, audit: AuditService, masks: LabelMasks): ItemsService {
  async function page(versionId: string, query: Browse, isRaw: boolean): Promise<ItemPage> {
    const { cursor, limit, numbers, ...filter } = query;
    const wanted = numbers === undefined ? null : new Set(numbers.split(',').map(Number));
    const { items: total, sizeBytes } = await data.get(versionId);
    const place = cursor === undefined ? null : placeOf(cursor);
    // A page goes on where the one before ended instead of reading up to there again. What the audit log names is counted from the
    // beginning: an asker could change the number in a cursor.
    const from = place === null || isRaw || wanted !== null ? { number: 0, byte: 0 } : place;
    const open = (range: ByteRange) => data.openContent(versionId, range);
    if (!(await isItemStart(open, from.byte))) throw foreignCursor();
    const first = wanted === null ? 0 : Math.min(...wanted) - 1;
    const skip = Math.max(first, place?.number ?? 0);
    const { stream } = await open({ start: from.byte, length: Math.max(0, sizeBytes - from.byte) });
    const items: ItemPage['items'] = [];
    const last = wanted === null ? skip + (isFiltering(filter) ? MAX_SEARCHED_ITEMS : limit) : Math.max(...wanted);
    let searched = skip;
    let byte = from.byte;
    for await (const numbered of readItems(stream, skip - from.number, from)) {
      ({ number: searched, nextByte: byte } = numbered);
      if (wanted !== null && !wanted.has(searched)) continue;
      const shown = shownItem(numbered, filter, isRaw, masks);
      if (shown !== null) items.push(shown);
      if (items.length === limit || searched >= last) break;
    }
    const isEnd = searched >= total || searched === skip || (wanted !== null && searched >= last);
    const nextCursor = isEnd ? null : encodeCursor({ number: String(searched), byte: String(byte) });
    return { items, nextCursor, searched, total };
  }

  return {
    browse: (versionId, query) => page(versionId, query, false),
    async readRaw(person, versionId, { purpose, ...query }) {
      const found = await page(versionId, query, true);
      const { split, label, personalData } = query;
      await audit.recordAlone({
        actor: actorOf(person),
        action: 'personal-data.read',
        target: `dataset-version:${versionId}`,
        projectId: (await data.projectOf(versionId)) ?? null,
        details: {
          // The log is never erased from, so it must not hold personal data itself.
          purpose: maskedWhole(purpose),
          items: found.items.map(({ number }) => number),
          filter: { split, label: label && maskedWhole(label), personalData, hasText: query.text !== undefined },
        },
      });
      return found;
    },
  };
}

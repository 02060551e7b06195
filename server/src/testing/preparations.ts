import { createHash } from 'node:crypto';
import type { PreparationJobResult } from '@greenlight/shared/stages/data/preparation/preparation-job.ts';

/** What a worker answers for these lines; the profile is the one of nothing, which the server only keeps. */
export function resultFor(content: Buffer, lines: number): PreparationJobResult {
  const length = { total: 0, mean: null, minimum: null, p05: null, p25: null, median: null, p75: null, p95: null };
  const summary = { ...length, p99: null, maximum: null };
  const kinds = { 'e-mail': 0, 'identity-card': 0, 'bank-card': 0, phone: 0, 'ip-address': 0, 'web-address': 0 };
  const profile = {
    rows: lines,
    items: lines,
    empty: 0,
    unreadable: 0,
    characters: summary,
    tokens: summary,
    lengthBars: [],
    vocabulary: { count: 0, isExact: true },
    distinct1: null,
    distinct2: null,
    duplicates: { exact: 0, near: 0, contained: 0, labelConflicts: 0, partlyCompared: 0, examples: [] },
    languages: { zh: 0, en: 0, other: 0 },
    labels: { labelled: 0, counts: [], different: 0, personal: 0, balance: null },
    personalData: { items: 0, findings: { ...kinds, name: 0 } },
    images: null,
    quality: { score: 100, reasons: [] },
  };
  const sha256 = createHash('sha256').update(content).digest('hex');
  return {
    items: { sha256, sizeBytes: content.length, lines },
    images: null,
    source: { sha256, sizeBytes: content.length, rows: lines, encoding: 'utf-8' },
    labelKind: 'none',
    splits: { train: lines - 1, validation: 0, test: 1 },
    profile: { before: profile, after: profile },
    steps: [],
    leakage: { isClean: true, leaks: [] },
    sourceLeakage: null,
    errors: { total: 0, byCode: {}, examples: [] },
    version: { characters: 8, distinctCharacters: 6, labels: [], labelledItems: 0, tasks: [], preview: ['one'] },
  };
}

import { stat } from 'node:fs/promises';
import type { InBothLanguages } from '@greenlight/shared/api/localized-text.ts';

const MEBIBYTE = 1024 ** 2;

/** The runtime with a model of next to no size. */
const LEAST = 512 * MEBIBYTE;
/** Bytes for each byte of a file that is opened: at least what its content and the runtime's copies of it take, at most what weights of 4 bits do that are widened. */
const LEAST_COPIES = 4;
const MOST_COPIES = 16;
/** Of the memory that is free, so that a second model beside it has a share too. */
const SHARE = 1 / 2;

/** Memory that a process may come to, and what is said of a model that takes more. */
export interface MemoryBound {
  readonly bytes: number;
  readonly said: InBothLanguages;
  readonly advice: InBothLanguages;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** The bound of a process that opens a model file: no more than such a file can need, and than the machine can give. `resident` is what the process has already. */
export async function boundOfOpening(path: string, resident: number): Promise<MemoryBound> {
  const { size } = await stat(path);
  const wanted = Math.min(2 * LEAST + MOST_COPIES * size, SHARE * process.availableMemory());
  const bytes = resident + Math.max(LEAST + LEAST_COPIES * size, wanted);
  return {
    bytes,
    said: {
      zh: `打开该模型所需的内存超过 ${gigabytes(bytes)}，因此已停止。`,
      en: `Opening the model takes more than ${gigabytes(bytes)} of memory, so it was ended.`,
    },
    advice: {
      zh: '请在导出时去掉打开时才展开的大常量（如 Expand、Tile、ConstantOfShape），或换用内存更大的机器。',
      en: 'Export it without constants that are only expanded when it is opened (Expand, Tile, ConstantOfShape), or use a machine with more memory.',
    },
  };
}

/** The bound of a process that holds an open model, `resident` in all, while it is asked. */
export function boundOfAsking(resident: number): MemoryBound {
  const bytes = resident + Math.max(LEAST, SHARE * process.availableMemory());
  return {
    bytes,
    said: {
      zh: `模型回答时所需的内存超过 ${gigabytes(bytes)}，因此已停止。`,
      en: `The model takes more than ${gigabytes(bytes)} of memory to answer, so it was ended.`,
    },
    advice: {
      zh: '请缩短映射中的最长输入，一次少问几条，缩小模型，或换用内存更大的机器。',
      en: 'Shorten the longest input in its mapping, ask fewer items at a time, make the model smaller, or use a machine with more memory.',
    },
  };
}

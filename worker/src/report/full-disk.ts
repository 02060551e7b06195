const CODES: readonly unknown[] = ['ENOSPC', 'EDQUOT'];

/** Whether something could not be written because the disk, or the account's share of it, is full. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && CODES.includes((error as NodeJS.ErrnoException).code);
}

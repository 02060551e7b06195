import { AppError } from '../plugins/app-error.ts';

const CODES: readonly unknown[] = ['ENOSPC', 'EDQUOT'];

/** The outcome of writing; a disk that is full becomes AppError `storage-full`. */
export async function fullDisk<Result>(writing: Promise<Result>): Promise<Result> {
  try {
    return await writing;
  } catch (error) {
    if (CODES.includes((error as NodeJS.ErrnoException).code)) throw new AppError('storage-full');
    throw error;
  }
}

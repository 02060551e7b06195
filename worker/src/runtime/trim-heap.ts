let trim: Promise<() => void> | undefined;

/**
 * Gives back what lies free between pieces of the C library's heap that are in use: dozens of sessions that were closed leave hundreds of
 * megabytes so. Does nothing where the C library cannot be asked for it.
 */
export function heapTrimmer(): Promise<() => void> {
  return (trim ??= open());
}

async function open(): Promise<() => void> {
  if (process.platform !== 'linux') return () => undefined;
  try {
    const koffi = await import('koffi');
    const mallocTrim = koffi.load('libc.so.6').func('malloc_trim', 'int', ['size_t']);
    return () => {
      mallocTrim(0);
    };
  } catch {
    // Another C library, such as musl, has none.
    return () => undefined;
  }
}

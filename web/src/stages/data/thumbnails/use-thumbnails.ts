import { useEffect, useState } from 'react';
import { ThumbnailLoader } from './thumbnail-loader.ts';

/** Images that are fetched and unpacked at the same time. */
const AT_ONCE = 3;
/** Of at most 400 kB each. */
const KEPT = 200;

/** The thumbnails of a gallery. */
export type Thumbnails = ThumbnailLoader<ImageBitmap>;

/**
 * Thumbnails for as long as the component is there, and no longer: who looks at the same images later is to be found in the audit log
 * again.
 */
export function useThumbnails(): Thumbnails {
  const [thumbnails] = useState<Thumbnails>(() => new ThumbnailLoader({ atOnce: AT_ONCE, kept: KEPT }));
  useEffect(() => () => thumbnails.clear(), [thumbnails]);
  return thumbnails;
}

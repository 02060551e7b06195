import { afterEach, expect, test, vi } from 'vitest';
import { isShownUnasked, makeThumbnail, resizeTo, TooLarge } from './make-thumbnail.ts';

afterEach(() => vi.unstubAllGlobals());

test('the longer side of a large image becomes 320 pixels, and a small one stays as it is', () => {
  expect(resizeTo({ width: 4000, height: 3000 })).toMatchObject({ resizeWidth: 320 });
  expect(resizeTo({ width: 3000, height: 4000 })).toMatchObject({ resizeWidth: 240 });
  expect(resizeTo({ width: 1, height: 9000 })).toMatchObject({ resizeWidth: 1 });
  expect(resizeTo({ width: 320, height: 200 })).toEqual({});
});

test('what would take much of the line or the memory waits until it is asked for', () => {
  expect(isShownUnasked({ width: 4000, height: 3000, sizeBytes: 2_000_000 })).toBe(true);
  expect(isShownUnasked({ width: 4000, height: 3000, sizeBytes: 60_000_000 })).toBe(false);
  expect(isShownUnasked({ width: 10_000, height: 9000, sizeBytes: 2_000_000 })).toBe(false);
});

/** A server that has these addresses, and the addresses that it is asked for. */
function serverWith(...known: string[]): string[] {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (address: string) => {
    asked.push(address);
    return Promise.resolve(new Response(address, { status: known.includes(address) ? 200 : 404 }));
  });
  vi.stubGlobal('createImageBitmap', (blob: Blob, options: ImageBitmapOptions) =>
    blob.text().then((name) => ({ name, ...options })),
  );
  return asked;
}

test('of a large image the thumbnail alone crosses the line, and the image where there is none', async () => {
  const addresses = { thumbnail: '/small', whole: '/whole' };
  const { signal } = new AbortController();
  const photograph = { width: 4000, height: 3000, sizeBytes: 2_000_000 };
  const asked = serverWith('/small', '/whole');
  expect(await makeThumbnail(addresses, photograph, signal)).toEqual({ name: '/small' });
  expect(await makeThumbnail(addresses, { width: 100, height: 90, sizeBytes: 3000 }, signal)).toEqual({
    name: '/whole',
  });
  expect(asked).toEqual(['/small', '/whole']);

  const older = serverWith('/whole');
  expect(await makeThumbnail(addresses, photograph, signal)).toMatchObject({ name: '/whole', resizeWidth: 320 });
  const huge = { ...photograph, sizeBytes: 60_000_000 };
  await expect(makeThumbnail(addresses, huge, signal)).rejects.toThrow(TooLarge);
  expect(older).toEqual(['/small', '/whole', '/small']);
  serverWith();
  await expect(makeThumbnail(addresses, photograph, signal)).rejects.toThrow('404');
});

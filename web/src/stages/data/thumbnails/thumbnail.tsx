import type { ItemImage } from '@greenlight/shared/stages/data/content.ts';
import { useEffect, useRef } from 'react';
import { makeThumbnail, type ImageAddresses } from './make-thumbnail.ts';
import type { Thumbnails } from './use-thumbnails.ts';

/** Thumbnails are made before they come into view by so much. */
const MARGIN = '200px';

interface Properties {
  readonly addresses: ImageAddresses;
  readonly image: ItemImage;
  readonly name: string;
  readonly thumbnails: Thumbnails;
  readonly onFailed: (error: unknown) => void;
}

/** An image, small, made only while it is in view or near it. */
export function Thumbnail({ addresses, image, name, thumbnails, onFailed }: Properties) {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = canvasRef.current;
    if (canvas === null) return undefined;
    let wanted = new AbortController();
    const show = async ({ signal }: AbortController) => {
      try {
        draw(
          canvas,
          await thumbnails.thumbnail(addresses.whole, signal, () => makeThumbnail(addresses, image, signal)),
        );
      } catch (error) {
        if (!signal.aborted) onFailed(error);
      }
    };
    const observer = new IntersectionObserver(
      (entries) => {
        wanted.abort();
        if (entries.at(-1)?.isIntersecting === true) {
          wanted = new AbortController();
          void show(wanted);
        } else clear(canvas);
      },
      { rootMargin: MARGIN },
    );
    observer.observe(canvas);
    return () => {
      observer.disconnect();
      wanted.abort();
    };
  }, [addresses, image, thumbnails, onFailed]);
  return <canvas ref={canvasRef} role="img" aria-label={name} width={0} height={0} data-testid="thumbnail" />;
}

function draw(canvas: HTMLCanvasElement, picture: ImageBitmap): void {
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.getContext('2d')?.drawImage(picture, 0, 0);
  canvas.dataset.shown = '';
}

/** Gives the memory of the pixels back. */
function clear(canvas: HTMLCanvasElement): void {
  canvas.width = 0;
  canvas.height = 0;
  delete canvas.dataset.shown;
}

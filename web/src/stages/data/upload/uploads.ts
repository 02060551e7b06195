import type { DataSource } from '@greenlight/shared/stages/data/source-contract.ts';
import { useSyncExternalStore } from 'react';
import type { FileUpload, UploadState } from './file-upload.ts';

/** Files that are sent at a time; the others wait for their turn. */
const MOST_AT_ONCE = 2;

/** Makes the upload of a file; a test gives one of its own. */
export type MakeUpload = (source: DataSource, file: File, onChange: (state: UploadState) => void) => FileUpload;

/** The uploads of this page, which go on while one looks at other pages. */
class Uploads {
  readonly #uploads = new Map<string, { readonly upload: FileUpload; readonly onComplete: () => void }>();
  readonly #listeners = new Set<() => void>();
  #states: ReadonlyMap<string, UploadState> = new Map();

  /** Sends a file as soon as there is room for one more; `onComplete` is called when it is here. */
  add(source: DataSource, file: File, makeUpload: MakeUpload, onComplete: () => void): void {
    const known = this.#states.get(source.id);
    if (known !== undefined && known.phase !== 'failed' && known.phase !== 'complete') return this.resume(source.id);
    const upload = makeUpload(source, file, (state) => this.#changed(source.id, state));
    this.#uploads.set(source.id, { upload, onComplete });
    this.#changed(source.id, upload.state);
    this.#startNext();
  }

  stop(sourceId: string): void {
    this.#uploads.get(sourceId)?.upload.stop();
    this.#startNext();
  }

  resume(sourceId: string): void {
    const upload = this.#uploads.get(sourceId)?.upload;
    if (upload?.state.phase !== 'paused') return;
    upload.enqueue();
    this.#startNext();
  }

  /** Stops an upload and forgets it. */
  drop(sourceId: string): void {
    this.#uploads.get(sourceId)?.upload.close();
    this.#uploads.delete(sourceId);
    this.#states = new Map([...this.#states].filter(([id]) => id !== sourceId));
    for (const listener of this.#listeners) listener();
    this.#startNext();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  states = (): ReadonlyMap<string, UploadState> => this.#states;

  #changed(id: string, state: UploadState): void {
    this.#states = new Map(this.#states).set(id, state);
    for (const listener of this.#listeners) listener();
  }

  async #run(upload: FileUpload, onComplete: () => void): Promise<void> {
    await upload.run();
    if (upload.state.phase === 'complete') onComplete();
    this.#startNext();
  }

  #startNext(): void {
    const states = [...this.#uploads.values()].map((entry) => ({ ...entry, phase: entry.upload.state.phase }));
    const busy = states.filter(({ phase }) => !['queued', 'paused', 'complete', 'failed'].includes(phase)).length;
    for (const { upload, onComplete } of states
      .filter(({ phase }) => phase === 'queued')
      .slice(0, Math.max(0, MOST_AT_ONCE - busy))) {
      void this.#run(upload, onComplete);
    }
  }
}

/** The uploads of this page. */
export const uploads = new Uploads();

// Leaving would stop what is on its way: the browser asks first.
addEventListener('beforeunload', (event) => {
  const isSending = [...uploads.states().values()].some(({ phase }) =>
    ['comparing', 'sending', 'waiting', 'checking', 'queued'].includes(phase),
  );
  if (isSending) event.preventDefault();
});

/** Where every upload of this page stands, by source. */
export function useUploads(): ReadonlyMap<string, UploadState> {
  return useSyncExternalStore(uploads.subscribe, uploads.states);
}

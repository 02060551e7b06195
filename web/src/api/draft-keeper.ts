import { ApiError } from './api-error.ts';

/** What is known about the last edits: at the server, on their way, or kept in this browser and why. */
export type SaveState = 'saved' | 'waiting' | 'saving' | 'incomplete' | 'offline' | 'overtaken' | 'refused';

/** Edits that a browser still holds from an earlier visit. */
export interface KeptEdits<Content> {
  readonly content: Content;
  /** The revision that they were made on. */
  readonly revision: number;
  /** ISO 8601. */
  readonly at: string;
}

/** A draft while it is written. */
export interface DraftSnapshot<Content> {
  readonly content: Content;
  readonly revision: number;
  readonly state: SaveState;
  /** The refusal behind `overtaken` and `refused`. */
  readonly error: ApiError | null;
}

/** What a keeper knows about its kind of draft. */
export interface DraftTerms<Content, Saved extends { readonly revision: number }> {
  /** Where the browser keeps edits of this very draft. */
  readonly storageKey: string;
  contentOf(saved: Saved): Content;
  /** Whether the server would take it: complete in form, and not contradictory. */
  canBeSaved(content: Content): boolean;
  save(revision: number, content: Content): Promise<Saved>;
  load(): Promise<Saved>;
  isSame(held: Content, sent: Content): boolean;
  /** Both edits of a common base together; null where they touch the same thing. Absent where a person must always choose. */
  merge?(base: Content, theirs: Content, mine: Content): Content | null;
}

/** What keeping a draft needs from its surroundings; a browser's own unless a test says otherwise. */
export interface KeeperSurroundings<Saved> {
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  readonly later: (task: () => void, delayMs: number) => () => void;
  readonly now: () => Date;
  /** Told about every state that the server answers with. */
  readonly onSaved: (saved: Saved) => void;
}

const BROWSER: KeeperSurroundings<unknown> = {
  storage: localStorage,
  later: (task, delayMs) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
  now: () => new Date(),
  onSaved: () => undefined,
};

const SAVE_AFTER_MS = 800;
const RETRY_AFTER_MS = 5_000;

/**
 * Keeps a draft: every edit goes to the browser's storage at once and to the server shortly after, again and again until it
 * arrives; where somebody else saved meanwhile, it stops and waits for a choice.
 */
export class DraftKeeper<Content, Saved extends { readonly revision: number }> {
  readonly #terms: DraftTerms<Content, Saved>;
  readonly #surroundings: KeeperSurroundings<Saved>;
  readonly #listeners = new Set<() => void>();
  #snapshot: DraftSnapshot<Content>;
  /** What the server held when the edits began, as far as this page knows. */
  #base: Content;
  #cancelTimer: () => void = () => undefined;
  #sending: Promise<void> | undefined;
  /** What was sent without an answer: the server may have it all the same. */
  #unanswered: Content[] = [];

  constructor(
    terms: DraftTerms<Content, Saved>,
    saved: Saved,
    restored: KeptEdits<Content> | null,
    surroundings: Partial<KeeperSurroundings<Saved>> = {},
  ) {
    this.#terms = terms;
    this.#surroundings = { ...BROWSER, ...surroundings };
    this.#base = terms.contentOf(saved);
    this.#snapshot = { content: this.#base, revision: saved.revision, state: 'saved', error: null };
    if (restored !== null) this.edit(restored.content);
  }

  snapshot = (): DraftSnapshot<Content> => this.#snapshot;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #say(change: Partial<DraftSnapshot<Content>>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }

  #keep(): void {
    const { content, revision } = this.#snapshot;
    try {
      const kept: KeptEdits<Content> = { content, revision, at: this.#surroundings.now().toISOString() };
      this.#surroundings.storage.setItem(this.#terms.storageKey, JSON.stringify(kept));
    } catch {
      // A full or forbidden storage: the page still holds the edits, and the next save sends them.
    }
  }

  #plan(delayMs: number): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#surroundings.later(() => void this.flush(), delayMs);
  }

  /** Takes over an edit. */
  edit(content: Content): void {
    const isHeld = this.#snapshot.state === 'overtaken';
    this.#say({
      content,
      ...(isHeld ? {} : { state: this.#terms.canBeSaved(content) ? 'waiting' : 'incomplete', error: null }),
    });
    this.#keep();
    if (!isHeld) this.#plan(SAVE_AFTER_MS);
  }

  /** After somebody else saved: saves these edits over theirs, whose revision was shown. */
  saveOver(revision: number): void {
    this.#say({ revision, state: 'waiting', error: null });
    this.#keep();
    this.#plan(0);
  }

  /** Sends what is not sent yet, and what is written meanwhile, and tells whether everything is at the server afterwards. */
  async flush(): Promise<boolean> {
    do {
      this.#cancelTimer();
      while (this.#sending !== undefined) await this.#sending;
      if (this.#snapshot.state !== 'waiting' && this.#snapshot.state !== 'offline') break;
      this.#sending = this.#send().finally(() => (this.#sending = undefined));
      await this.#sending;
    } while (this.#isWaiting());
    return this.#snapshot.state === 'saved';
  }

  #isWaiting(): boolean {
    return this.#snapshot.state === 'waiting';
  }

  async #send(): Promise<void> {
    const { content, revision } = this.#snapshot;
    this.#say({ state: 'saving' });
    try {
      this.#arrived(await this.#terms.save(revision, content), content);
    } catch (failure) {
      await this.#fail(failure, content);
    }
  }

  /** The server holds `content` as `saved`; what was edited since is on its way by its own timer. */
  #arrived(saved: Saved, content: Content): void {
    this.#unanswered = [];
    this.#base = this.#terms.contentOf(saved);
    const isNewest = this.#snapshot.content === content;
    this.#say({ revision: saved.revision, ...(isNewest ? { state: 'saved', error: null } : {}) });
    if (isNewest) this.#surroundings.storage.removeItem(this.#terms.storageKey);
    else this.#keep();
    this.#surroundings.onSaved(saved);
  }

  async #fail(failure: unknown, content: Content): Promise<void> {
    const error = failure instanceof ApiError ? failure : null;
    if (error === null || error.status === 0 || error.status >= 500) {
      this.#unanswered.push(content);
      this.#waitForNetwork();
      return;
    }
    if (error.code !== 'edited-meanwhile') {
      this.#say({ state: 'refused', error });
      return;
    }
    await this.#meetOther(error);
  }

  #waitForNetwork(): void {
    this.#say({ state: 'offline' });
    this.#plan(RETRY_AFTER_MS);
  }

  /** The server holds another revision: one's own whose answer was lost, or somebody else's. */
  async #meetOther(error: ApiError): Promise<void> {
    try {
      const current = await this.#terms.load();
      const held = this.#terms.contentOf(current);
      const own = this.#unanswered.find((sent) => this.#terms.isSame(held, sent));
      if (own === undefined) {
        if (!this.#joined(current, held)) this.#say({ state: 'overtaken', error });
        return;
      }
      this.#arrived(current, own);
      if (this.#snapshot.state !== 'saved')
        this.#say({ state: this.#terms.canBeSaved(this.#snapshot.content) ? 'waiting' : 'incomplete' });
    } catch {
      this.#waitForNetwork();
    }
  }

  /** Puts edits that touch nothing of somebody else's on top of theirs; false where a person must choose. */
  #joined(current: Saved, held: Content): boolean {
    const merged = this.#terms.merge?.(this.#base, held, this.#snapshot.content) ?? null;
    if (merged === null || !this.#terms.canBeSaved(merged)) return false;
    this.#unanswered = [];
    this.#base = held;
    this.#say({ content: merged, revision: current.revision, state: 'waiting', error: null });
    this.#keep();
    this.#surroundings.onSaved(current);
    return true;
  }

  /** Ends the keeping; what is not sent stays in the browser's storage. */
  close(): void {
    this.#cancelTimer();
  }
}

import {
  requirementContent,
  saveRequirementDraft,
  type Requirement,
  type RequirementContent,
} from '@greenlight/shared/stages/requirements/contract.ts';
import { contentDifferences } from '@greenlight/shared/stages/requirements/differences.ts';
import { criteriaIssues } from '@greenlight/shared/stages/requirements/rules.ts';
import { ApiError } from '../../api/api-error.ts';
import { call } from '../../api/client.ts';

/** What is known about the last edits: at the server, on their way, or kept in this browser and why. */
export type SaveState = 'saved' | 'waiting' | 'saving' | 'incomplete' | 'offline' | 'overtaken' | 'refused';

/** Edits that a browser still holds from an earlier visit. */
export interface KeptEdits {
  readonly content: RequirementContent;
  /** The revision that they were made on. */
  readonly revision: number;
  /** ISO 8601. */
  readonly at: string;
}

/** A draft while it is written. */
export interface DraftSnapshot {
  readonly content: RequirementContent;
  readonly revision: number;
  readonly state: SaveState;
  /** The refusal behind `overtaken` and `refused`. */
  readonly error: ApiError | null;
}

/** What keeping a draft needs from its surroundings; a browser's own unless a test says otherwise. */
export interface KeeperSurroundings {
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  readonly later: (task: () => void, delayMs: number) => () => void;
  readonly now: () => Date;
}

const BROWSER: KeeperSurroundings = {
  storage: localStorage,
  later: (task, delayMs) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
  now: () => new Date(),
};

const SAVE_AFTER_MS = 800;
const RETRY_AFTER_MS = 5_000;

/** The part of a version that people write. */
export function contentOf(version: Requirement): RequirementContent {
  const { goal, users, problemType, scenario, constraints, risks, questions, criteria } = version;
  return { goal, users, problemType, scenario, constraints, risks, questions, criteria };
}

/** Whether a draft can be saved as it is: complete in form, and without criteria that cannot hold. */
export function canBeSaved(content: RequirementContent): boolean {
  return (
    requirementContent.safeParse(content).success &&
    criteriaIssues(content).every(({ severity }) => severity === 'warning')
  );
}

const keyOf = (requirementId: string) => `greenlight.requirement-draft.${requirementId}`;

/** Edits of an earlier visit that never reached the server; null where there are none, or none that differ. */
export function keptEdits(
  version: Requirement,
  storage: KeeperSurroundings['storage'] = localStorage,
): KeptEdits | null {
  try {
    const kept = JSON.parse(storage.getItem(keyOf(version.id)) ?? 'null') as KeptEdits | null;
    if (kept === null) return null;
    // A number that was being typed travels through storage as null.
    const criteria = kept.content.criteria.map((criterion) => ({
      ...criterion,
      threshold: criterion.threshold ?? NaN,
    }));
    const content = { ...kept.content, criteria };
    return contentDifferences(contentOf(version), content).length === 0 ? null : { ...kept, content };
  } catch {
    return null;
  }
}

/** Forgets the edits of an earlier visit. */
export function forgetEdits(requirementId: string, storage: KeeperSurroundings['storage'] = localStorage): void {
  storage.removeItem(keyOf(requirementId));
}

/**
 * Keeps a draft: every edit goes to the browser's storage at once and to the server shortly after, again and again until it
 * arrives; where somebody else saved meanwhile, it stops and waits for a choice.
 */
export class DraftKeeper {
  readonly #id: string;
  readonly #surroundings: KeeperSurroundings;
  readonly #listeners = new Set<() => void>();
  #snapshot: DraftSnapshot;
  #cancelTimer: () => void = () => undefined;
  #sending: Promise<void> | undefined;

  constructor(version: Requirement, restored: KeptEdits | null, surroundings: KeeperSurroundings = BROWSER) {
    this.#id = version.id;
    this.#surroundings = surroundings;
    this.#snapshot = { content: contentOf(version), revision: version.revision, state: 'saved', error: null };
    if (restored !== null) this.edit(restored.content);
  }

  snapshot = (): DraftSnapshot => this.#snapshot;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #say(change: Partial<DraftSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }

  #keep(): void {
    const { content, revision } = this.#snapshot;
    try {
      const kept: KeptEdits = { content, revision, at: this.#surroundings.now().toISOString() };
      this.#surroundings.storage.setItem(keyOf(this.#id), JSON.stringify(kept));
    } catch {
      // A full or forbidden storage: the page still holds the edits, and the next save sends them.
    }
  }

  #plan(delayMs: number): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#surroundings.later(() => void this.flush(), delayMs);
  }

  /** Takes over an edit. */
  edit(content: RequirementContent): void {
    const isHeld = this.#snapshot.state === 'overtaken';
    this.#say({ content, ...(isHeld ? {} : { state: canBeSaved(content) ? 'waiting' : 'incomplete', error: null }) });
    this.#keep();
    if (!isHeld) this.#plan(SAVE_AFTER_MS);
  }

  /** After somebody else saved: saves these edits over theirs, whose revision was shown. */
  saveOver(revision: number): void {
    this.#say({ revision, state: 'waiting', error: null });
    this.#keep();
    this.#plan(0);
  }

  /** Sends what is not sent yet and tells whether everything is at the server afterwards. */
  async flush(): Promise<boolean> {
    this.#cancelTimer();
    await this.#sending;
    if (this.#snapshot.state === 'waiting' || this.#snapshot.state === 'offline') {
      this.#sending = this.#send();
      await this.#sending;
      this.#sending = undefined;
    }
    return this.#snapshot.state === 'saved';
  }

  async #send(): Promise<void> {
    const { content, revision } = this.#snapshot;
    this.#say({ state: 'saving' });
    try {
      const saved = await call(saveRequirementDraft, {
        params: { requirementId: this.#id },
        body: { revision, content },
      });
      const isNewest = this.#snapshot.content === content;
      this.#say({ revision: saved.revision, ...(isNewest ? { state: 'saved', error: null } : {}) });
      if (isNewest) forgetEdits(this.#id, this.#surroundings.storage);
      else this.#keep();
    } catch (failure) {
      this.#fail(failure);
    }
  }

  #fail(failure: unknown): void {
    const error = failure instanceof ApiError ? failure : null;
    if (error === null || error.status === 0 || error.status >= 500) {
      this.#say({ state: 'offline' });
      this.#plan(RETRY_AFTER_MS);
      return;
    }
    this.#say({ state: error.code === 'edited-meanwhile' ? 'overtaken' : 'refused', error });
  }

  /** Ends the keeping; what is not sent stays in the browser's storage. */
  close(): void {
    this.#cancelTimer();
  }
}

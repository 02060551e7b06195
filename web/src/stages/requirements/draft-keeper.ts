import {
  getRequirement,
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
  /** Told about every version that the server answers with. */
  readonly onSaved: (saved: Requirement) => void;
}

const BROWSER: KeeperSurroundings = {
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
  /** What was sent without an answer: the server may have it all the same. */
  #unanswered: RequirementContent[] = [];

  constructor(version: Requirement, restored: KeptEdits | null, surroundings: Partial<KeeperSurroundings> = {}) {
    this.#id = version.id;
    this.#surroundings = { ...BROWSER, ...surroundings };
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
      const params = { requirementId: this.#id };
      const body = { revision, content: requirementContent.parse(content) };
      this.#arrived(await call(saveRequirementDraft, { params, body }), content);
    } catch (failure) {
      await this.#fail(failure, content);
    }
  }

  /** The server holds `content` as `saved`; what was edited since is on its way by its own timer. */
  #arrived(saved: Requirement, content: RequirementContent): void {
    this.#unanswered = [];
    const isNewest = this.#snapshot.content === content;
    this.#say({ revision: saved.revision, ...(isNewest ? { state: 'saved', error: null } : {}) });
    if (isNewest) forgetEdits(this.#id, this.#surroundings.storage);
    else this.#keep();
    this.#surroundings.onSaved(saved);
  }

  async #fail(failure: unknown, content: RequirementContent): Promise<void> {
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
      const current = await call(getRequirement, { params: { requirementId: this.#id } });
      const held = contentOf(current);
      const own = this.#unanswered.find(
        (sent) => contentDifferences(held, requirementContent.parse(sent)).length === 0,
      );
      if (own === undefined) {
        this.#say({ state: 'overtaken', error });
        return;
      }
      this.#arrived(current, own);
      if (this.#snapshot.state !== 'saved')
        this.#say({ state: canBeSaved(this.#snapshot.content) ? 'waiting' : 'incomplete' });
    } catch {
      this.#waitForNetwork();
    }
  }

  /** Ends the keeping; what is not sent stays in the browser's storage. */
  close(): void {
    this.#cancelTimer();
  }
}

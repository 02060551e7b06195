import { RecentlyUsed } from '@greenlight/shared/stages/training/plan/recently-used.ts';

/** Something compiled for one batch shape. */
interface Disposable {
  dispose(): Promise<void>;
}

/** Keeps the most recently used programs within a budget of working memory, and at least the last one. */
export class ProgramCache<Program extends Disposable> {
  private readonly programs: RecentlyUsed<string, { program: Program; sizeBytes: number }>;

  constructor(budgetBytes: number) {
    this.programs = new RecentlyUsed(budgetBytes);
  }

  /** The program of a key, made when it is not there; `sizeBytes` estimates the memory it works in. */
  async get(key: string, sizeBytes: number, make: () => Promise<Program>): Promise<Program> {
    const entry = this.programs.get(key) ?? { program: await make(), sizeBytes };
    for (const pushedOut of this.programs.use(key, entry)) await pushedOut.program.dispose();
    return entry.program;
  }

  /** Disposes of every program. */
  async clear(): Promise<void> {
    for (const { program } of this.programs.clear()) await program.dispose();
  }
}

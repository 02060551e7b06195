/** Something compiled for one batch shape. */
interface Disposable {
  dispose(): Promise<void>;
}

/** Keeps the most recently used programs within a budget of working memory, and at least the last one. */
export class ProgramCache<Program extends Disposable> {
  private readonly programs = new Map<string, { program: Program; sizeBytes: number }>();
  private readonly budgetBytes: number;

  constructor(budgetBytes: number) {
    this.budgetBytes = budgetBytes;
  }

  /** The program of a key, made when it is not there; `sizeBytes` estimates the memory it works in. */
  async get(key: string, sizeBytes: number, make: () => Promise<Program>): Promise<Program> {
    const entry = this.programs.get(key) ?? { program: await make(), sizeBytes };
    // Re-inserting moves the key to the end: a Map keeps the order of insertion, so the first key is the one unused for longest.
    this.programs.delete(key);
    this.programs.set(key, entry);
    let total = [...this.programs.values()].reduce((sum, cached) => sum + cached.sizeBytes, 0);
    for (const [oldest, cached] of this.programs) {
      if (total <= this.budgetBytes || oldest === key) break;
      this.programs.delete(oldest);
      total -= cached.sizeBytes;
      await cached.program.dispose();
    }
    return entry.program;
  }

  /** Disposes of every program. */
  async clear(): Promise<void> {
    const entries = [...this.programs.values()];
    this.programs.clear();
    for (const { program } of entries) await program.dispose();
  }
}

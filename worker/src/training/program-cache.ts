/** Something compiled for one batch shape. */
interface Disposable {
  dispose(): Promise<void>;
}

/** Keeps the most recently used programs by key and disposes of the rest: each holds working memory for its shape. */
export class ProgramCache<Program extends Disposable> {
  private readonly programs = new Map<string, Program>();
  private readonly capacity: number;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** The program of a key, made when it is not there. */
  async get(key: string, make: () => Promise<Program>): Promise<Program> {
    let program = this.programs.get(key);
    if (program === undefined) program = await make();
    // Re-inserting moves the key to the end: a Map keeps the order of insertion, so the first key is the one unused for longest.
    this.programs.delete(key);
    this.programs.set(key, program);
    if (this.programs.size > this.capacity) {
      const [oldest] = this.programs;
      if (oldest !== undefined) {
        this.programs.delete(oldest[0]);
        await oldest[1].dispose();
      }
    }
    return program;
  }

  /** Disposes of every program. */
  async clear(): Promise<void> {
    const programs = [...this.programs.values()];
    this.programs.clear();
    for (const program of programs) await program.dispose();
  }
}

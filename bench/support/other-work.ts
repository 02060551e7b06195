import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks of the processor that were busy, and those of a tree of processes; /proc counts both in the same unit. */
interface Ticks {
  busy: number;
  own: number;
  total: number;
}

interface Process {
  id: number;
  parent: number;
  ticks: number;
}

function processes(): Process[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      try {
        const text = readFileSync(`/proc/${entry}/stat`, 'utf8');
        // After the name in parentheses: state, parent, …; user and system time are the 14th and 15th fields, those of ended children follow.
        const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
        const ticks = [11, 12, 13, 14].reduce((sum, place) => sum + Number(fields[place]), 0);
        return [{ id: Number(entry), parent: Number(fields[1]), ticks }];
      } catch {
        return [];
      }
    });
}

function ticksNow(roots: readonly number[]): Ticks {
  const all = processes();
  const own = new Set(roots);
  for (let before = 0; before < own.size;) {
    before = own.size;
    for (const { id, parent } of all) if (own.has(parent)) own.add(id);
  }
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softIrq = 0] = line
    .split(/\s+/)
    .slice(1)
    .map(Number);
  const busy = user + nice + system + irq + softIrq;
  const ownTicks = all.filter(({ id }) => own.has(id)).reduce((sum, { ticks }) => sum + ticks, 0);
  return { busy, own: ownTicks, total: busy + idle + wait };
}

/** Watches the processor while something is measured; the function it returns says what share of it others used meanwhile (Linux only). */
export function watchOtherWork(roots: readonly number[]): () => number {
  const before = ticksNow(roots);
  return () => {
    const after = ticksNow(roots);
    const others = after.busy - before.busy - Math.max(0, after.own - before.own);
    return Math.max(0, others) / Math.max(1, after.total - before.total);
  };
}

import { FLOAT_BYTES, NORM_ARRAYS } from '../layout.ts';
import type { Step } from '../step.ts';
import type { Memory } from './simulated-memory.ts';
import { float32Of, lanes, memoryOf, placesInRow, sumOf, type Thread } from './simulated-steps.ts';

/*
 * What the pieces of code of layer normalisations mean.
 */

type Role = keyof typeof NORM_ARRAYS;

/** Reads and writes arrays with such rows as x, arrays with a value for each row, and vectors. */
function arraysOf(step: Step, thread: Thread) {
  const found = new Map<Role, Memory>();
  const array = (role: Role): Memory => {
    const memory = found.get(role) ?? memoryOf(step, thread, NORM_ARRAYS[role]);
    found.set(role, memory);
    return memory;
  };
  const inRow = (row: number, place: number): number => step.source + row * step.stride + place;
  const ofRow = (row: number): number => step.extra + row * FLOAT_BYTES;
  return {
    read: (role: Role, row: number, place: number): number => array(role).read(inRow(row, place)),
    write: (role: Role, row: number, place: number, value: number) => array(role).write(inRow(row, place), value),
    readOfRow: (role: Role, row: number): number => array(role).read(ofRow(row)),
    writeOfRow: (role: Role, row: number, value: number) => array(role).write(ofRow(row), value),
    vector: array,
  };
}

export function norm(step: Step, thread: Thread): void {
  const { read, write, writeOfRow, vector } = arraysOf(step, thread);
  const [places, perWidth] = [placesInRow(step), float32Of(step.scale)];
  for (let row = 0; row < step.tiles; row++) {
    const mean = sumOf(places.map((place) => read('x', row, place))) * perWidth;
    const variance = sumOf(places.map((place) => (read('x', row, place) - mean) ** 2)) * perWidth;
    const inverse = 1 / Math.sqrt(variance + float32Of(step.epsilon));
    for (const place of places) {
      const normal = (read('x', row, place) - mean) * inverse;
      write('result', row, place, normal * vector('gain').read(place) + vector('bias').read(place));
    }
    writeOfRow('mean', row, mean);
    writeOfRow('inverseDeviation', row, inverse);
  }
}

export function normGradient(step: Step, thread: Thread, _: number[], hasAddend: boolean): void {
  const { read, write, readOfRow, vector } = arraysOf(step, thread);
  const [places, perWidth] = [placesInRow(step), float32Of(step.scale)];
  for (let row = 0; row < step.tiles; row++) {
    const [mean, inverse] = [readOfRow('mean', row), readOfRow('inverseDeviation', row)];
    const gradient = (place: number): number => read('dy', row, place) * vector('gain').read(place);
    const normal = (place: number): number => (read('x', row, place) - mean) * inverse;
    const average = sumOf(places.map(gradient)) * perWidth;
    const projection = sumOf(places.map((place) => gradient(place) * normal(place))) * perWidth;
    for (const place of places) {
      const added = hasAddend ? read('addend', row, place) : 0;
      write('result', row, place, inverse * (gradient(place) - average - normal(place) * projection) + added);
    }
  }
}

/** Σ dy·x̂ and Σ dy over rows, which begin at 0 or with what is there. */
export function normSums(step: Step, thread: Thread, [vectors = 0]: number[], continues: boolean): void {
  const { read, readOfRow, vector } = arraysOf(step, thread);
  for (const place of lanes(vectors, step.mask)) {
    const [gain, bias] = [vector('gainGradient'), vector('biasGradient')];
    let [gainSum, biasSum] = continues ? [gain, bias].map((sum) => sum.read(step.result + place)) : [];
    for (let row = 0; row < step.tiles; row++) {
      const dy = read('dy', row, place);
      const normal = (read('x', row, place) - readOfRow('mean', row)) * readOfRow('inverseDeviation', row);
      gainSum = (gainSum ?? 0) + dy * normal;
      biasSum = (biasSum ?? 0) + dy;
    }
    gain.write(step.result + place, gainSum ?? Number.NaN);
    bias.write(step.result + place, biasSum ?? Number.NaN);
  }
}

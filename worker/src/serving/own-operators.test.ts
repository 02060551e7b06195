import { describe, expect, test } from 'vitest';
import { parameterSpecs } from '../model/parameters.ts';
import type { ModelSettings } from '../model/settings.ts';
import { ownOperators } from '../products/own-operators.ts';
import { createCpuDevice } from '../runtime/cpu.ts';
import { tinyParameters, TINY_MODEL } from '../training/test-support/tiny-model.ts';
import { createGenerator, type Generator } from './generator.ts';
import type { TextRequest, WrittenText } from './text-group.ts';

const isHere = (await ownOperators()) !== null;

const REASON = { zh: '测试', en: 'A test' };

/** Writes with a model whose parameters do not change, by this project's own operators or by ONNX Runtime's. */
async function withGenerator<T>(
  model: ModelSettings,
  ownProducts: boolean,
  work: (generator: Generator, hasOwn: boolean) => Promise<T>,
): Promise<T> {
  const parameters = parameterSpecs(model);
  const shape = { parameters, moments: 0, training: false, frozen: new Set<string>() };
  const device = await createCpuDevice(shape, REASON, { ownProducts });
  const values = tinyParameters(model, 5);
  await device.writeState(
    parameters.map((spec) => ({ ...spec, slot: 0, data: values.get(spec.name) ?? new Float32Array(0) })),
  );
  const generator = createGenerator(model, device, true);
  try {
    return await work(generator, device.dialect.ownProducts);
  } finally {
    await generator.dispose();
    await device.dispose();
  }
}

function request(seed: number, length: number, maxTokens: number, temperature = 0): TextRequest {
  const prompt = Int32Array.from({ length }, (_, place) => 4 + ((seed * 7 + place * 5) % 19));
  return { prompt, maxTokens, temperature, seed };
}

/** Ids of one text, of nine that begin together, and of texts that join and leave while others are written. */
async function writtenBy(generator: Generator): Promise<number[][]> {
  const texts: WrittenText[] = [];
  const alone = generator.openTextGroup();
  texts.push(...(await alone.join([request(1, 5, 20)])));
  while (alone.size > 0) await alone.advance();
  const group = generator.openTextGroup();
  texts.push(...(await group.join(Array.from({ length: 9 }, (_, seed) => request(seed, 1 + seed, 6 + 2 * seed)))));
  for (let seed = 20; group.size > 0; seed++) {
    await group.advance();
    if (seed < 26) texts.push(...(await group.join([request(seed, seed % 7, 9, seed % 2)])));
    if (seed === 23) group.leave(texts[4] as WrittenText);
  }
  return texts.map(({ ids }) => [...ids]);
}

const LARGER: ModelSettings = { ...TINY_MODEL, maxTargetTokens: 40, dModel: 60, heads: 3, feedForward: 72 };

describe.each([
  ['encoder–decoder', {}],
  ['encoder–decoder, post-norm, learned positions', { normalisation: 'post', positions: 'learned' }],
  ['decoder-only, GELU', { architecture: 'decoder-only', activation: 'gelu' }],
  ['decoder-only, depth of several pieces', { architecture: 'decoder-only', feedForward: 600 }],
  // Heads of more values than the own attention reads.
  ['encoder–decoder, one large head', { dModel: 144, heads: 1 }],
] satisfies [string, Partial<ModelSettings>][])('%s', (_, changes) => {
  test.skipIf(!isHere)('own operators write the ids that those of ONNX Runtime write', async () => {
    const model = { ...LARGER, ...changes };
    const expected = await withGenerator(model, false, async (generator, hasOwn) => {
      expect(hasOwn).toBe(false);
      return writtenBy(generator);
    });
    const ids = await withGenerator(model, true, async (generator, hasOwn) => {
      expect(hasOwn).toBe(true);
      return writtenBy(generator);
    });
    expect(ids).toEqual(expected);
    expect(ids.flat().length).toBeGreaterThan(80);
  });
});

test('a generator that was disposed writes with the parameters of then', async () => {
  const model = LARGER;
  await withGenerator(model, true, async (generator) => {
    const first = await writtenBy(generator);
    await generator.dispose();
    expect(await writtenBy(generator)).toEqual(first);
  });
});

// Runs exported models with onnxruntime-node and nothing else of this product, as any other program would:
// reads JSON requests from standard input, one a line, and answers each with one line.
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as ort from 'onnxruntime-node';

/** An array as it travels: ids are whole numbers. */
export interface PlainArray {
  type: 'int64' | 'float32';
  shape: number[];
  data: number[];
}

/** What the runner can be asked: to run one model, or to continue a prompt greedily with a whole folder of models. */
export type PlainRequest =
  | { kind: 'run'; path: string; feeds: Record<string, PlainArray> }
  | {
      kind: 'continue';
      folder: string;
      architecture: 'encoder-decoder' | 'decoder-only';
      prompt: number[];
      tokens: number;
    };

const sessions = new Map<string, Promise<ort.InferenceSession>>();

function open(path: string): Promise<ort.InferenceSession> {
  const session =
    sessions.get(path) ?? ort.InferenceSession.create(path, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  sessions.set(path, session);
  return session;
}

const ids = (rows: number[]): ort.Tensor => new ort.Tensor('int64', BigInt64Array.from(rows, BigInt), [1, rows.length]);

/** The likeliest next token after the last row of logits [1, T, V], without padding, begin and unknown. */
function likeliest({ data, dims }: ort.Tensor): number {
  const vocabulary = dims[2] ?? 0;
  const last = (data as Float32Array).slice(-vocabulary);
  for (const never of [0, 1, 3]) last[never] = -Infinity;
  return last.indexOf(Math.max(...last));
}

/** Outputs called `present…` become the next step's inputs called `past_key_values…`. */
function pastOf(outputs: ort.InferenceSession.OnnxValueMapType): Record<string, ort.Tensor> {
  const entries = Object.entries(outputs).filter(([name]) => name.startsWith('present'));
  return Object.fromEntries(entries.map(([name, value]) => [name.replace('present', 'past_key_values'), value]));
}

async function continueText(request: Extract<PlainRequest, { kind: 'continue' }>): Promise<number[]> {
  const { folder, architecture, prompt, tokens } = request;
  const isDecoderOnly = architecture === 'decoder-only';
  const source = ids(prompt);
  const mask = ids(prompt.map(() => 1));
  const first = await open(join(folder, isDecoderOnly ? 'model.onnx' : 'decoder_model.onnx'));
  const next = await open(join(folder, isDecoderOnly ? 'model.onnx' : 'decoder_with_past_model.onnx'));
  let past: Record<string, ort.Tensor> = {};
  let fixed: Record<string, ort.Tensor> = {};
  if (isDecoderOnly) {
    for (const input of first.inputMetadata) {
      if (!input.isTensor || !input.name.startsWith('past_key_values')) continue;
      const [, heads = 0, , size = 0] = input.shape.map(Number);
      past[input.name] = new ort.Tensor('float32', new Float32Array(0), [1, heads, 0, size]);
    }
  } else {
    const encoder = await open(join(folder, 'encoder_model.onnx'));
    const { last_hidden_state: memory } = await encoder.run({ input_ids: source, attention_mask: mask });
    fixed = { encoder_attention_mask: mask, encoder_hidden_states: memory as ort.Tensor };
  }
  const written: number[] = [];
  let fresh = [1, ...prompt];
  let position = 0;
  while (written.length < tokens) {
    const places = fresh.map((_, index) => position + index);
    position += fresh.length;
    const own = isDecoderOnly
      ? { attention_mask: ids(Array.from({ length: position }, () => 1)), position_ids: ids(places) }
      : fixed;
    const session = written.length === 0 ? first : next;
    const outputs = await session.run({ input_ids: ids(fresh), ...own, ...past });
    const token = likeliest(outputs['logits'] as ort.Tensor);
    if (token === 2) break;
    written.push(token);
    fresh = [token];
    past = { ...past, ...pastOf(outputs) };
    fixed = { encoder_attention_mask: mask };
  }
  return written;
}

async function run({ path, feeds }: Extract<PlainRequest, { kind: 'run' }>): Promise<Record<string, PlainArray>> {
  const session = await open(path);
  const tensors = Object.entries(feeds).map(([name, { type, shape, data }]) => {
    const tensor =
      type === 'int64'
        ? new ort.Tensor('int64', BigInt64Array.from(data, BigInt), shape)
        : new ort.Tensor('float32', Float32Array.from(data), shape);
    return [name, tensor] as const;
  });
  const outputs = await session.run(Object.fromEntries(tensors));
  return Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => {
      const { data, dims } = value;
      return [name, { type: 'float32', shape: [...dims], data: [...(data as Float32Array)] }];
    }),
  );
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as PlainRequest;
  const answer = request.kind === 'run' ? await run(request) : await continueText(request);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

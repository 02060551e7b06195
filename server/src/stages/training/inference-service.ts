import type { z } from 'zod';
import { MaskedStream } from '@greenlight/shared/stages/data/masked-stream.ts';
import { maskedContinuation } from '@greenlight/shared/stages/data/masked-text.ts';
import { predictedLabels, type classifyTexts } from '@greenlight/shared/stages/training/classification.ts';
import { taskHeadsOf, type HeadTask } from '@greenlight/shared/stages/training/heads.ts';
import type { Run } from '@greenlight/shared/stages/training/contract.ts';
import {
  TEXT_EVENTS,
  type GeneratedText,
  type generateText,
  type TextPiece,
} from '@greenlight/shared/stages/training/generation.ts';
import {
  classificationReply,
  inferenceReply,
  type ClassificationRequest,
  type InferenceReply,
  type InferenceRequest,
} from '@greenlight/shared/worker-protocol/inference.ts';
import { AppError } from '../../plugins/app-error.ts';
import type { StreamFrame } from '../../plugins/event-stream.ts';
import type { DataService } from '../data/service.ts';
import type { ArtifactService } from './artifact-service.ts';
import type { InferenceClient, WrittenEvent } from './inference-client.ts';
import type { RunService } from './run-service.ts';

type Prompt = z.output<NonNullable<typeof generateText.body>>;
type Question = z.output<NonNullable<typeof classifyTexts.body>>;
type Classified = z.output<NonNullable<typeof classifyTexts.reply>>;

/** The door to the models of runs, to try them. */
export interface InferenceService {
  /** Continues a prompt with the checkpoint that the run evaluated, or its newest. Throws `no-checkpoint`, `writes-no-text`, `inference-unavailable`. */
  generate(runId: string, prompt: Prompt, signal: AbortSignal): Promise<GeneratedText>;
  /** The same text as frames of an event stream, as it is written; throws as `generate` does before the first, and while they are read. */
  stream(runId: string, prompt: Prompt, signal: AbortSignal): Promise<AsyncIterable<StreamFrame>>;
  /** Asks a classifier's checkpoint of texts. Throws `no-checkpoint`, `gives-no-labels`, `inference-unavailable`. */
  classify(runId: string, question: Question): Promise<Classified>;
}

/** What a head's outputs for a text say. */
function answerOf(task: HeadTask, labels: readonly string[], outputs: number[], threshold: number) {
  return {
    probabilities: task === 'regression' ? [] : outputs,
    predicted: predictedLabels(task, labels, outputs, threshold),
    value: task === 'regression' ? (outputs[0] ?? null) : null,
  };
}

/** Shortest time between two pieces, in milliseconds: each is looked through for personal data with all that was written before. */
const PIECE_EVERY_MS = 25;

/** Frames of what is written, with the text masked as the whole is; `finish` makes the reply of its end. */
async function* framesOf(
  prompt: string,
  events: AsyncIterable<WrittenEvent>,
  finish: (end: InferenceReply) => GeneratedText,
): AsyncGenerator<StreamFrame> {
  const masked = new MaskedStream(prompt);
  const frame = (piece: TextPiece): StreamFrame => ({
    event: 'piece',
    data: JSON.stringify(TEXT_EVENTS.piece.parse(piece)),
  });
  let waiting = '';
  let sentMs = -Infinity;
  for await (const event of events) {
    if ('end' in event) {
      const rest = masked.push(waiting) + masked.end();
      if (rest !== '') yield frame({ text: rest, tokens: event.end.tokens });
      yield { event: 'end', data: JSON.stringify(TEXT_EVENTS.end.parse(finish(event.end))) };
      return;
    }
    waiting += event.piece.text;
    if (performance.now() - sentMs < PIECE_EVERY_MS) continue;
    const text = masked.push(waiting);
    waiting = '';
    sentMs = performance.now();
    if (text !== '') yield frame({ text, tokens: event.piece.tokens });
  }
}

/** Builds the inference service. */
export function createInferenceService(
  runs: RunService,
  artifacts: ArtifactService,
  data: DataService,
  client: InferenceClient,
): InferenceService {
  async function modelOf(run: Run) {
    const [checkpoint, tokenizer] = await Promise.all([
      artifacts.measured(run.id),
      artifacts.newest(run.id, 'tokenizer'),
    ]);
    if (checkpoint === undefined || tokenizer === undefined) throw new AppError('no-checkpoint');
    const { artifactId, sha256 } = tokenizer;
    return { runId: run.id, configuration: run.configuration, checkpoint, tokenizer: { artifactId, sha256 } };
  }

  async function requestOf(runId: string, prompt: Prompt): Promise<InferenceRequest> {
    const run = await runs.get(runId);
    if (run.configuration.architecture === 'encoder-classifier') throw new AppError('writes-no-text');
    return { ...(await modelOf(run)), ...prompt };
  }

  const generatedOf = ({ prompt, checkpoint }: InferenceRequest, reply: InferenceReply): GeneratedText => ({
    ...reply,
    text: maskedContinuation(prompt, reply.text),
    checkpointStep: checkpoint.step,
  });

  return {
    async generate(runId, prompt, signal) {
      const request = await requestOf(runId, prompt);
      return generatedOf(request, await client.ask('generate', request, inferenceReply, signal));
    },
    async stream(runId, prompt, signal) {
      const request = await requestOf(runId, prompt);
      const events = await client.write(request, signal);
      return framesOf(prompt.prompt, events, (end) => generatedOf(request, end));
    },
    async classify(runId, { texts, threshold }) {
      const run = await runs.get(runId);
      const { task } = run.configuration;
      if (task !== 'single-label' && task !== 'multi-label' && task !== 'regression') {
        throw new AppError('gives-no-labels');
      }
      const [model, { labels: known, tasks }] = await Promise.all([modelOf(run), data.get(run.datasetVersionId)]);
      const labels = task === 'regression' ? [] : known;
      const heads = taskHeadsOf(run.configuration, tasks);
      const request: ClassificationRequest = { ...model, labels, heads, texts };
      const { answers, elapsedMs } = await client.ask('classify', request, classificationReply);
      return {
        ...{ task, labels, threshold, checkpointStep: model.checkpoint.step, elapsedMs },
        answers: answers.map(({ outputs, tokens, isCut }) => ({
          ...answerOf(task, labels, outputs, threshold),
          tokens,
          isCut,
        })),
        heads: heads.map(({ name, task: learned, labels: classes }, head) => ({
          name,
          task: learned,
          labels: classes,
          answers: answers.map(({ furtherOutputs }) =>
            answerOf(learned, classes, furtherOutputs[head] ?? [], threshold),
          ),
        })),
      };
    },
  };
}

import type { z } from 'zod';
import { maskedContinuation } from '@greenlight/shared/stages/data/masked-text.ts';
import { predictedLabels, type classifyTexts } from '@greenlight/shared/stages/training/classification.ts';
import { taskHeadsOf, type HeadTask } from '@greenlight/shared/stages/training/heads.ts';
import type { generateText, Run } from '@greenlight/shared/stages/training/contract.ts';
import {
  classificationReply,
  inferenceReply,
  type ClassificationRequest,
  type InferenceRequest,
} from '@greenlight/shared/worker-protocol/inference.ts';
import { AppError } from '../../plugins/app-error.ts';
import type { DataService } from '../data/service.ts';
import type { ArtifactService } from './artifact-service.ts';
import type { InferenceClient } from './inference-client.ts';
import type { RunService } from './run-service.ts';

type Prompt = z.output<NonNullable<typeof generateText.body>>;
type Generated = z.output<NonNullable<typeof generateText.reply>>;

type Question = z.output<NonNullable<typeof classifyTexts.body>>;
type Classified = z.output<NonNullable<typeof classifyTexts.reply>>;

/** The door to the models of runs, to try them. */
export interface InferenceService {
  /** Continues a prompt with the checkpoint that the run evaluated, or its newest. Throws `no-checkpoint`, `writes-no-text`, `inference-unavailable`. */
  generate(runId: string, prompt: Prompt): Promise<Generated>;
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

/** Builds the inference service. */
export function createInferenceService(
  runs: RunService,
  artifacts: ArtifactService,
  data: DataService,
  ask: InferenceClient,
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

  return {
    async generate(runId, prompt) {
      const run = await runs.get(runId);
      if (run.configuration.architecture === 'encoder-classifier') throw new AppError('writes-no-text');
      const request: InferenceRequest = { ...(await modelOf(run)), ...prompt };
      const reply = await ask('generate', request, inferenceReply);
      return { ...reply, text: maskedContinuation(prompt.prompt, reply.text), checkpointStep: request.checkpoint.step };
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
      const { answers, elapsedMs } = await ask('classify', request, classificationReply);
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

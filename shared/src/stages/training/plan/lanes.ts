import type { BatchShape } from './padding.ts';

/** What decides into how many lanes a batch is divided. */
interface DividedModel {
  readonly dModel: number;
  readonly encoderLayers: number;
  readonly decoderLayers: number;
}

/** More lanes than two would add up more gradients than they save waiting. */
export const MOST_LANES = 2;

/*
 * A batch in two lanes spares threads the waiting for each other at every operator, and gives both cores something to do where an operator is too small to be
 * shared; it costs waking and meeting the other thread, one more pass over the gradients, and rearranging the weights twice. In milliseconds, measured
 * (`npm run bench -- lanes`).
 */
const SAVED_PER_STREAM_VALUE = 3e-5;
const MOST_SAVED_PER_LAYER = 0.65;
const SAVED_PER_ROW_AND_PARAMETER = 0.8e-9;
const COST_PER_PARAMETER = 0.55e-6;
const COST_OF_MEETING = 0.6;

/**
 * Into how many parts the rows of a batch are divided that are computed side by side, each with its share of the processor. Decided by what is computed alone
 * and not by the machine, because the order in which gradients are added up decides their last digits.
 */
export function lanesOf(
  { dModel, encoderLayers, decoderLayers }: DividedModel,
  parameters: number,
  { batchSize, sourceLength, targetLength }: BatchShape,
): number {
  if (batchSize < MOST_LANES) return 1;
  const layers = encoderLayers + decoderLayers;
  const rows = batchSize * Math.max(sourceLength, targetLength);
  const savedMs =
    Math.min(MOST_SAVED_PER_LAYER * layers, SAVED_PER_STREAM_VALUE * rows * dModel * layers) +
    SAVED_PER_ROW_AND_PARAMETER * rows * parameters;
  return savedMs > COST_OF_MEETING + COST_PER_PARAMETER * parameters ? MOST_LANES : 1;
}

/** Some rows of a batch: the first, and the one behind the last. */
export interface Rows {
  readonly start: number;
  readonly end: number;
}

/** The rows of each lane; the first lanes have one more where they do not come out even. */
export function laneRows(batchSize: number, lanes: number): Rows[] {
  return Array.from({ length: lanes }, (_, lane) => ({
    start: Math.ceil((lane * batchSize) / lanes),
    end: Math.ceil(((lane + 1) * batchSize) / lanes),
  }));
}

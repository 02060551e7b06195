import type { ShapePlan } from './batch-shapes.ts';
import { speedOf, type MachineCalibration } from './calibration.ts';
import { isAccelerator, isEager } from './device-kinds.ts';
import { lanesOf } from './lanes.ts';
import {
  acceleratedGradientMs,
  BESIDE_THE_PRODUCT,
  eagerGradientMs,
  eagerUpdateMs,
  gradientMs,
  updateMs,
} from './step-time.ts';
import { workOf, type PlannedModel } from './step-work.ts';

/** Milliseconds of an average step over the batches that were drawn. */
export function meanStepMs(
  model: PlannedModel,
  parameters: number,
  { shapes, batches }: ShapePlan,
  calibration: MachineCalibration,
): number {
  const { gradientAccumulation } = model.settings;
  let [parts, gradients] = [0, 0];
  for (const { shape, batches: count } of shapes) {
    const lanes = lanesOf(model.settings, parameters, shape);
    parts += count * lanes;
    gradients += count * gradientMs(workOf(model, shape), calibration, lanes);
  }
  const perBatch = gradients / Math.max(1, batches);
  const partsOfStep = (gradientAccumulation * parts) / Math.max(1, batches);
  const updating = updateMs(parameters, model.settings, partsOfStep, calibration);
  const { factor, updateFactor, stepMs } = BESIDE_THE_PRODUCT;
  return factor * perBatch * gradientAccumulation + updateFactor * updating + stepMs / speedOf(calibration);
}

/** The same where operations run one by one on TensorFlow's library. */
function eagerStepMs(
  model: PlannedModel,
  parameters: number,
  { shapes, batches }: ShapePlan,
  calibration: MachineCalibration,
): number {
  const gradients = shapes.reduce(
    (sum, { shape, batches: count }) => sum + count * eagerGradientMs(workOf(model, shape), calibration),
    0,
  );
  const perStep = (gradients / Math.max(1, batches)) * model.settings.gradientAccumulation;
  return BESIDE_THE_PRODUCT.factor * perStep + eagerUpdateMs(parameters, model.settings, calibration);
}

/** The same on a graphics processor of which nothing is known yet. */
function acceleratedStepMs(model: PlannedModel, { shapes, batches }: ShapePlan): number {
  const gradients = shapes.reduce(
    (sum, { shape, batches: count }) => sum + count * acceleratedGradientMs(workOf(model, shape)),
    0,
  );
  return (gradients / Math.max(1, batches)) * model.settings.gradientAccumulation;
}

/** An average step on a device, before any run has finished there. */
export function stepMsOn(
  device: string,
  model: PlannedModel,
  parameters: number,
  drawn: ShapePlan,
  calibration: MachineCalibration,
): number {
  if (isAccelerator(device)) return acceleratedStepMs(model, drawn);
  if (isEager(device)) return eagerStepMs(model, parameters, drawn, calibration);
  return meanStepMs(model, parameters, drawn, calibration);
}

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
import { workOf, type PlannedModel, type StepWork } from './step-work.ts';

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

/** Milliseconds that the gradients of an average step take, where a batch takes `msOf` its work. */
function meanGradientsMs(
  model: PlannedModel,
  { shapes, batches }: ShapePlan,
  msOf: (work: StepWork) => number,
): number {
  const total = shapes.reduce((sum, { shape, batches: count }) => sum + count * msOf(workOf(model, shape)), 0);
  return (total / Math.max(1, batches)) * model.settings.gradientAccumulation;
}

/** The same where operations run one by one on TensorFlow's library. */
function eagerStepMs(
  model: PlannedModel,
  parameters: number,
  drawn: ShapePlan,
  calibration: MachineCalibration,
): number {
  const gradients = meanGradientsMs(model, drawn, (work) => eagerGradientMs(work, calibration));
  return BESIDE_THE_PRODUCT.factor * gradients + eagerUpdateMs(parameters, model.settings, calibration);
}

/** An average step on a device, before any run has finished there. */
export function stepMsOn(
  device: string,
  model: PlannedModel,
  parameters: number,
  drawn: ShapePlan,
  calibration: MachineCalibration,
): number {
  // Of a graphics processor nothing is known yet.
  if (isAccelerator(device)) return meanGradientsMs(model, drawn, acceleratedGradientMs);
  if (isEager(device)) return eagerStepMs(model, parameters, drawn, calibration);
  return meanStepMs(model, parameters, drawn, calibration);
}

import { z } from 'zod';
import { moment } from '../../../api/identifiers.ts';

/** What a short measurement found a worker's processor to reach; the basis of a plan's time before runs have finished there. */
export const machineCalibration = z
  .object({
    measuredAt: moment,
    /** Matrix products [rows, inner] · [inner, columns] through ONNX Runtime: floating-point operations a second of each. */
    products: z
      .array(
        z.object({
          rows: z.int32().min(1),
          inner: z.int32().min(1),
          columns: z.int32().min(1),
          flopsPerSecond: z.number().positive(),
        }),
      )
      .min(1)
      .max(50),
    /** Bytes a second that additions of arrays inside the cache read and write. */
    cacheBytesPerSecond: z.number().positive(),
    /** Bytes a second of the same with arrays beyond every cache. */
    memoryBytesPerSecond: z.number().positive(),
    /** Parameters a second that Adam updates. */
    optimiserParametersPerSecond: z.number().positive(),
    /** (Token, vocabulary) pairs a second that an evaluation point measures. */
    metricPairsPerSecond: z.number().positive(),
  })
  .meta({ id: 'MachineCalibration' });

/** What a short measurement found a worker's processor to reach. */
export type MachineCalibration = z.infer<typeof machineCalibration>;

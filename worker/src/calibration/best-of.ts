import type { MachineCalibration } from '@greenlight/shared/stages/training/plan/calibration.ts';

type Rate = 'cacheBytesPerSecond' | 'memoryBytesPerSecond' | 'optimiserParametersPerSecond' | 'metricPairsPerSecond';

/** The better of two measurements of the same machine, rate by rate: whatever else it did can only have made it slower. */
export function bestOf(a: MachineCalibration, b: MachineCalibration): MachineCalibration {
  const better = (key: Rate): number => Math.max(a[key], b[key]);
  return {
    measuredAt: b.measuredAt,
    products: b.products.map((product) => {
      const { rows, inner, columns } = product;
      const same = a.products.find((one) => one.rows === rows && one.inner === inner && one.columns === columns);
      return { ...product, flopsPerSecond: Math.max(product.flopsPerSecond, same?.flopsPerSecond ?? 0) };
    }),
    cacheBytesPerSecond: better('cacheBytesPerSecond'),
    memoryBytesPerSecond: better('memoryBytesPerSecond'),
    optimiserParametersPerSecond: better('optimiserParametersPerSecond'),
    metricPairsPerSecond: better('metricPairsPerSecond'),
    hasOwnOperators: b.hasOwnOperators,
  };
}

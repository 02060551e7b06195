/** One stretch of time on a device. */
interface EnergySample {
  durationSeconds: number;
  /** Power that the driver reported, or null where it reports none. */
  measuredWatts: number | null;
  /** Power on the device's label. */
  ratedWatts: number;
  /** Share of the device in use, 0…1. */
  utilisation: number;
}

/** Energy, and whether any of it rests on rated instead of measured power. */
interface Energy {
  kilowattHours: number;
  isEstimated: boolean;
}

const JOULES_PER_KILOWATT_HOUR = 3.6e6;

/** Σ power × time; power is what the driver reported, otherwise rated power × utilisation, which marks the sum as estimated. */
export function energy(samples: Iterable<EnergySample>): Energy {
  let joules = 0;
  let isEstimated = false;
  for (const { durationSeconds, measuredWatts, ratedWatts, utilisation } of samples) {
    isEstimated ||= measuredWatts === null;
    joules += durationSeconds * (measuredWatts ?? ratedWatts * utilisation);
  }
  return { kilowattHours: joules / JOULES_PER_KILOWATT_HOUR, isEstimated };
}

/** Emissions in grams of CO₂ equivalent for a grid's carbon intensity in grams per kWh. */
export function emissionsGrams(kilowattHours: number, gramsPerKilowattHour: number): number {
  return kilowattHours * gramsPerKilowattHour;
}

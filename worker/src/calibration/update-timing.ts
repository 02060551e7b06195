import { ownOperators } from '../products/own-operators.ts';
import { helperThreads } from '../runtime/shared-memory.ts';
import { KERNEL_BLOCK, KERNEL_REACH_BYTES } from '../runtime/kernel-loops.ts';
import { createKernelTeam } from '../runtime/kernel-team.ts';
import { findNativeAdam } from '../runtime/native-adam.ts';

/** Times in milliseconds of `repeats` updates of so many parameters by Adam, as training on this machine does them. */
export async function updateTimesMs(parameters: number, repeats: number): Promise<number[]> {
  const helpers = await helperThreads();
  const count = Math.ceil(parameters / KERNEL_BLOCK) * KERNEL_BLOCK;
  const pages = Math.ceil((count * 4 * 4 + KERNEL_REACH_BYTES) / 65_536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: helpers > 0 });
  new Float32Array(memory.buffer).fill(0.1);
  const native = (await ownOperators()) === null ? null : await findNativeAdam(memory);
  const team = await createKernelTeam(memory, helpers, native);
  await team.ready();
  const address = (region: number): number => region * count * 4;
  const times: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const started = performance.now();
    team.adam(
      ...([address(0), address(1), address(2), address(3), count] as const),
      ...([1, 0, 0, 1, 1e-3, 1e-8, 0.9, 0.1, 0.999, 0.001] as const),
    );
    times.push(performance.now() - started);
  }
  await team.dispose();
  return times;
}

import * as tf from '@tensorflow/tfjs';
import { createRequire } from 'node:module';
import { DeviceUnavailableError } from './device-error.ts';
import type { Device, DeviceReason, StateShape } from './device.ts';
import { createEagerDevice } from './eager.ts';

/** TensorFlow's native library for Node: never required, and used only where somebody has installed it. */
const PACKAGE = '@tensorflow/tfjs-node';

/** Its last release, and how to add it to an installation without changing what that asks for. */
const INSTALL_COMMAND = `npm install --no-save ${PACKAGE}@4.22.0`;

/** Name under which it registers itself with tfjs. */
const BACKEND = 'tensorflow';

const require = createRequire(import.meta.url);

/** Whether the package can be used here. */
type TfjsNodeFinding =
  | { state: 'ready'; version: string }
  | { state: 'not-installed' }
  | { state: 'broken'; problem: string };

/** The functions that Node 23 removed from `util` and the package still calls (tensorflow/tfjs#8609). */
const REMOVED_FROM_UTIL = {
  isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
  isArray: (value: unknown): boolean => Array.isArray(value),
};

function giveBackRemovedFunctions(): void {
  const util = require('node:util') as Record<string, unknown>;
  for (const [name, replacement] of Object.entries(REMOVED_FROM_UTIL)) util[name] ??= replacement;
}

/** Looks for the package and loads it. */
export function findTfjsNode(): TfjsNodeFinding {
  try {
    require.resolve(PACKAGE);
  } catch {
    return { state: 'not-installed' };
  }
  try {
    giveBackRemovedFunctions();
    const { version } = require(PACKAGE) as { version: Record<string, string> };
    if (tf.findBackend(BACKEND) === null) throw new Error('it did not register itself with tfjs');
    return { state: 'ready', version: version['tfjs-node'] ?? '' };
  } catch (error) {
    const problem = error instanceof Error ? (error.message.split('\n')[0] ?? '').trim() : String(error);
    return { state: 'broken', problem };
  }
}

/** What to tell somebody who asked for the package where it cannot be used. */
export function tfjsNodeRefusal(finding: Exclude<TfjsNodeFinding, { state: 'ready' }>): DeviceReason {
  if (finding.state === 'broken') {
    return {
      zh: `${PACKAGE} 已安装但无法启动：${finding.problem}`,
      en: `${PACKAGE} is installed but did not start: ${finding.problem}`,
    };
  }
  return {
    zh: `没有安装 ${PACKAGE}。请在安装目录中运行 ${INSTALL_COMMAND}，然后重新启动训练机。`,
    en: `${PACKAGE} is not installed. Run ${INSTALL_COMMAND} in the installation's folder and start the worker again.`,
  };
}

/** Runs the model eagerly on TensorFlow's library; throws a `DeviceUnavailableError` where that is not there. */
export function createTfjsNodeDevice(shape: StateShape): Device {
  const finding = findTfjsNode();
  if (finding.state !== 'ready') throw new DeviceUnavailableError(tfjsNodeRefusal(finding));
  const reason = {
    zh: '按要求逐个算子执行，不使用计算图。',
    en: 'It was asked for; operations run one by one, without a graph.',
  };
  const report = { device: 'tfjs-node' as const, adapter: `TensorFlow (tfjs-node ${finding.version})`, reason };
  return createEagerDevice(shape, report, BACKEND);
}

/** Entry of a helper thread of a kernel team. */
import { parentPort, workerData } from 'node:worker_threads';
import { helpTeam, type TeamState } from './kernel-team.ts';

const { state, thread } = workerData as { state: TeamState; thread: number };
await helpTeam(state, thread, () => parentPort?.postMessage('ready'));

/** Entry of a helper thread of a kernel team. */
import { parentPort, workerData } from 'node:worker_threads';
import { helpTeam, type TeamState } from './kernel-team.ts';

await helpTeam(workerData as TeamState, () => parentPort?.postMessage('ready'));

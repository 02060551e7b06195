/** Entry of a helper thread of a kernel team. */
import { workerData } from 'node:worker_threads';
import { helpTeam, type TeamState } from './kernel-team.ts';

helpTeam(workerData as TeamState);

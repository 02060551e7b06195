import {
  cancelSweep,
  getSweep,
  listSweeps,
  planSweep,
  startSweep,
} from '@greenlight/shared/stages/training/sweep/contract.ts';
import { userOf, type RegisterRoute } from '../../plugins/route.ts';
import type { SweepService } from './sweep-service.ts';

/** Registers the routes of sweeps. */
export function registerSweeps(register: RegisterRoute, sweeps: SweepService): void {
  register(planSweep, ({ params, body }) => sweeps.plan(params.projectId, body));
  register(startSweep, (call) => sweeps.start(userOf(call), call.params.projectId, call.body));
  register(listSweeps, ({ params, query }) => sweeps.list(params.projectId, query.cursor, query.limit));
  register(getSweep, ({ params }) => sweeps.get(params.sweepId));
  register(cancelSweep, (call) => sweeps.cancel(userOf(call), call.params.sweepId));
}

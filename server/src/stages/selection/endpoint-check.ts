import type { EndpointCheck } from '@greenlight/shared/stages/selection/candidates-contract.ts';
import { z } from 'zod';
import { OutboundError, type Outbound, type OutboundReply } from '../../plugins/outbound.ts';

const modelList = z.object({ data: z.array(z.object({ id: z.string() })).max(10_000) });

const MOST_MODELS = 50;

/** The address of an endpoint's list of models, whether it was given with `/v1` or without. */
function modelListAddress(url: string): string {
  const parsed = new URL(url);
  const path = parsed.pathname.replace(/\/+$/, '');
  parsed.pathname = path.endsWith('/v1') ? `${path}/models` : `${path}/v1/models`;
  parsed.search = '';
  parsed.hash = '';
  return parsed.href;
}

function modelsOf({ body }: OutboundReply): string[] | undefined {
  try {
    return modelList.parse(JSON.parse(body)).data.map(({ id }) => id.slice(0, 200));
  } catch {
    return undefined;
  }
}

function judge(reply: OutboundReply, model: string): Pick<EndpointCheck, 'problem' | 'status' | 'models'> {
  const { status } = reply;
  const failed = (problem: EndpointCheck['problem']) => ({ problem, status, models: [] });
  if (status >= 300 && status < 400) return failed('redirected');
  if (status === 401 || status === 403) return failed('refused');
  if (status !== 200) return failed('failed');
  const models = modelsOf(reply);
  if (models === undefined) return failed('no-model-list');
  const isThere = models.includes(model);
  const shown = isThere ? [model, ...models.filter((name) => name !== model)] : models;
  return { problem: isThere ? null : 'model-missing', status, models: shown.slice(0, MOST_MODELS) };
}

/** Asks an OpenAI-compatible endpoint for its models, and says whether the wanted one is among them; never throws for what it meets. */
export async function checkEndpoint(
  outbound: Outbound,
  { url, model }: { readonly url: string; readonly model: string },
  secret: string | null,
  now: () => Date,
): Promise<EndpointCheck> {
  const at = now();
  const headers = { accept: 'application/json', ...(secret === null ? {} : { authorization: `Bearer ${secret}` }) };
  const end = (found: Pick<EndpointCheck, 'problem' | 'status' | 'models'>): EndpointCheck => ({
    at: at.toISOString(),
    elapsedMs: now().getTime() - at.getTime(),
    ...found,
  });
  try {
    return end(judge(await outbound.get(modelListAddress(url), headers), model));
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    const problem = error.failure === 'too-large' ? 'no-model-list' : error.failure;
    return end({ problem, status: null, models: [] });
  }
}

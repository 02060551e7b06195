import { STAGES } from '@greenlight/shared/stages.ts';
import type { Import } from './import-graph.ts';

/** A direction that no import may take. */
export interface ImportRule {
  readonly because: string;
  readonly from: RegExp;
  readonly to: RegExp;
  /** An import that the rule forbids, which the canary plants to see that it is reported. */
  readonly example: Import;
  /** Imports that the rule does not mean, judged by both ends. */
  readonly except?: (edge: Import) => boolean;
}

const isTest = (path: string): boolean => /\.test\.tsx?$|\/test-support\/|\/test-[a-z-]+\.ts$/.test(path);
const exceptTests = ({ from }: Import): boolean => isTest(from);
const otherWorkspaces = (...own: string[]): RegExp => new RegExp(`^(?!package:|(?:${own.join('|')})/)`);
const lower = '(?:data|model|graph|runtime)';
const upper = '(?:jobs|inference|evaluation|serving|report)';

function stageOf(path: string): string | undefined {
  return /^(?:server|web)\/src\/stages\/([^/]+)\//.exec(path)?.[1];
}

function isEarlierStage(stage: string, than: string): boolean {
  return (STAGES as readonly string[]).indexOf(stage) < (STAGES as readonly string[]).indexOf(than);
}

/** Who may import whom, as ARCHITECTURE.md says it; a rule lists what is forbidden. */
export const importRules: readonly ImportRule[] = [
  {
    because: 'shared depends on zod alone, so that every process can use it',
    from: /^shared\//,
    to: /^(?!shared\/|package:zod$)/,
    example: { from: 'shared/src/planted-a.ts', to: 'package:fastify' },
    except: ({ from, to }) => isTest(from) && /^package:(?:vitest|node:.*)$/.test(to),
  },
  {
    because: 'the web pages know only shared',
    from: /^web\//,
    to: otherWorkspaces('web', 'shared'),
    example: { from: 'web/src/planted-b.ts', to: 'server/src/env.ts' },
  },
  {
    because: 'the worker knows only shared: no server code on GPU machines',
    from: /^worker\//,
    to: otherWorkspaces('worker', 'shared'),
    example: { from: 'worker/src/planted-c.ts', to: 'server/src/env.ts' },
  },
  {
    because: 'journeys see the product from outside',
    from: /^e2e\//,
    to: otherWorkspaces('e2e', 'shared'),
    example: { from: 'e2e/planted-d.ts', to: 'server/src/env.ts' },
  },
  {
    because: 'the server knows shared and the generated client',
    from: /^server\//,
    to: otherWorkspaces('server', 'shared', 'prisma'),
    example: { from: 'server/src/planted-e.ts', to: 'worker/src/env.ts' },
  },
  {
    because: 'schema and seed know only shared',
    from: /^prisma\//,
    to: otherWorkspaces('prisma', 'shared'),
    example: { from: 'prisma/seed/planted-f.ts', to: 'server/src/env.ts' },
  },
  {
    because: 'a browser has no Node modules',
    from: /^web\/src\//,
    to: /^package:node:/,
    example: { from: 'web/src/planted-g.ts', to: 'package:node:fs' },
    except: exceptTests,
  },

  {
    because: 'only stores, their row mappings, the seed and the database folder touch Prisma',
    from: /^(?:server|prisma)\//,
    to: /^(?:prisma\/generated\/|package:@prisma\/)/,
    example: { from: 'server/src/stages/training/planted-service.ts', to: 'prisma/generated/client.ts' },
    except: ({ from }) =>
      /^server\/src\/database\/|(?:store|-rows)\.ts$|^prisma\/(?:seed\/|generated\/)/.test(from) || isTest(from),
  },
  {
    because: 'a store is reached through its service',
    from: /^server\/src\/(?:stages|across|projects)\/.*routes\.ts$/,
    to: /store\.ts$/,
    example: {
      from: 'server/src/stages/training/planted-routes.ts',
      to: 'server/src/stages/training/planted-store.ts',
    },
  },
  {
    because: 'services and stores know no HTTP',
    from: /^server\/src\/(?:stages|across|projects)\/.*(?:service|store)\.ts$/,
    to: /^package:(?:fastify|@fastify\/)|routes\.ts$/,
    example: { from: 'server/src/stages/training/planted-store.ts', to: 'package:fastify' },
  },
  {
    because: 'a service is the only door of a stage, open to later stages',
    from: /^server\/src\/stages\//,
    to: /^server\/src\/stages\//,
    example: { from: 'server/src/stages/data/planted-h.ts', to: 'server/src/stages/training/planted-service.ts' },
    except: ({ from, to }) => {
      const [importer, imported] = [stageOf(from), stageOf(to)];
      if (importer === undefined || imported === undefined || importer === imported || isTest(from)) return true;
      return to.endsWith('service.ts') && isEarlierStage(imported, importer);
    },
  },
  {
    because: 'a service is the only door of a stage',
    from: /^server\/src\/(?:worker-api|adapters|projects)\//,
    to: /^server\/src\/stages\/.*(?:store|routes)\.ts$/,
    example: { from: 'server/src/worker-api/planted-i.ts', to: 'server/src/stages/training/planted-store.ts' },
    except: exceptTests,
  },
  {
    because: 'stages call across, never the reverse',
    from: /^server\/src\/across\//,
    to: /^server\/src\/stages\//,
    example: { from: 'server/src/across/governance/planted-j.ts', to: 'server/src/stages/training/planted-service.ts' },
    except: exceptTests,
  },
  {
    because: 'plugins, storage and the database know no stage',
    from: /^server\/src\/(?:plugins|storage|database)\//,
    to: /^server\/src\/(?:stages|worker-api|adapters|projects)\//,
    example: { from: 'server/src/plugins/planted-k.ts', to: 'server/src/stages/training/planted-service.ts' },
    except: exceptTests,
  },

  {
    because: 'a page of one stage never imports another stage: what they share lies in ui, charts or api',
    from: /^web\/src\/stages\//,
    to: /^web\/src\/(?:stages|across|overview)\//,
    example: { from: 'web/src/stages/data/planted-l.ts', to: 'web/src/stages/training/planted-m.ts' },
    except: ({ from, to }) => stageOf(from) === stageOf(to),
  },
  {
    because: 'controls, charts and the client know no stage',
    from: /^web\/src\/(?:ui|charts|api|i18n)\//,
    to: /^web\/src\/(?:stages|across|overview)\//,
    example: { from: 'web/src/ui/planted-n.ts', to: 'web/src/stages/training/planted-m.ts' },
  },
  {
    because: 'charts are wrapped once',
    from: /^web\/src\/(?!charts\/)/,
    to: /^package:recharts$/,
    example: { from: 'web/src/stages/training/planted-m.ts', to: 'package:recharts' },
    except: exceptTests,
  },

  {
    because: 'the device is known to the runtime alone',
    from: /^(?!worker\/src\/runtime\/)/,
    to: /^package:onnxruntime-node$/,
    example: { from: 'worker/src/training/planted-o.ts', to: 'package:onnxruntime-node' },
  },
  {
    because: 'the model is mathematics: it knows neither how it is recorded nor where it runs',
    from: /^worker\/src\/model\//,
    to: new RegExp('^worker/src/(?!model/)'),
    example: { from: 'worker/src/model/planted-p.ts', to: 'worker/src/graph/planted-q.ts' },
    except: exceptTests,
  },
  {
    because: 'data, model, graph and runtime lie below what uses them',
    from: new RegExp(`^worker/src/${lower}/`),
    to: new RegExp(`^worker/src/${upper}/`),
    example: { from: 'worker/src/data/planted-r.ts', to: 'worker/src/jobs/planted-s.ts' },
    except: exceptTests,
  },
  {
    because: 'recording and running know nothing of training',
    from: /^worker\/src\/(?:graph|runtime)\//,
    to: /^worker\/src\/training\//,
    example: { from: 'worker/src/graph/planted-q.ts', to: 'worker/src/training/planted-o.ts' },
    except: exceptTests,
  },
  {
    because: 'jobs call the others, never the reverse',
    from: /^worker\/src\/(?:training|evaluation|serving|report)\//,
    to: /^worker\/src\/(?:jobs|inference)\//,
    example: { from: 'worker/src/training/planted-t.ts', to: 'worker/src/jobs/planted-s.ts' },
    except: exceptTests,
  },
  {
    because: 'tests are imported by tests alone',
    from: /^(?!.*(?:\.test\.tsx?$|\/test-))/,
    to: /\.test\.tsx?$/,
    example: { from: 'worker/src/jobs/planted-s.ts', to: 'worker/src/env.test.ts' },
  },
];

/** Every import of `imports` that a rule forbids, as one line each. */
export function forbiddenImports(imports: readonly Import[]): string[] {
  return imports.flatMap((edge) =>
    importRules
      .filter((rule) => rule.from.test(edge.from) && rule.to.test(edge.to) && !rule.except?.(edge))
      .map((rule) => `${edge.from} imports ${edge.to}: ${rule.because}`),
  );
}

import { getProject } from '@greenlight/shared/projects/contract.ts';
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  type RouteComponent,
} from '@tanstack/react-router';
import { ApiError } from './api/api-error.ts';
import { awaitingConnection } from './api/awaiting-connection.ts';
import { queryOf } from './api/query.ts';
import { PageFailure, PageNotFound } from './frame/page-failure.tsx';
import { PageSkeleton } from './ui/page-skeleton.tsx';
import { sessionQuery } from './frame/session.ts';
import { Shell } from './frame/shell.tsx';
import {
  auditSearch,
  compareSearch,
  dataHistorySearch,
  dataItemsSearch,
  dataSearch,
  erasuresSearch,
  evaluationSearch,
  evaluationsSearch,
  decisionsSearch,
  peopleSearch,
  preparationSearch,
  projectAuditSearch,
  runSearch,
  runsSearch,
  signInSearch,
  tokenizersSearch,
  uploadsSearch,
  requirementsSearch,
  newRunSearch,
  selectionSearch,
} from './search.ts';

/** A page whose code comes when it is first opened. */
function lazyPage<Module extends Record<string, unknown>>(
  load: () => Promise<Module>,
  name: keyof Module & string,
): RouteComponent {
  return lazyRouteComponent(awaitingConnection(load), name) as RouteComponent;
}

const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
  notFoundComponent: PageNotFound,
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: signInSearch,
  component: lazyPage(() => import('./across/governance/sign-in-page.tsx'), 'SignInPage'),
});

const joinRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/join',
  component: lazyPage(() => import('./across/governance/join-page.tsx'), 'JoinPage'),
});

const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  component: Shell,
  errorComponent: PageFailure,
  loader: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(sessionQuery);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401)
        throw redirect({ to: '/sign-in', search: { returnTo: location.href } });
      throw error;
    }
  },
});

const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/projects' });
  },
});

const projectsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/projects',
  component: lazyPage(() => import('./overview/projects-page.tsx'), 'ProjectsPage'),
});

const projectRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/projects/$projectId',
  // Pages do not wait for what the frame says of the project, but it is asked for first: late, it pushes the page down under the reader's hand.
  loader: async ({ context, params, parentMatchPromise }) => {
    await parentMatchPromise;
    void context.queryClient.prefetchQuery(queryOf(getProject, { params }));
  },
});

const overviewRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/',
  component: lazyPage(() => import('./overview/overview-page.tsx'), 'OverviewPage'),
});

const requirementsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/requirements',
  validateSearch: requirementsSearch,
  component: lazyPage(() => import('./stages/requirements/page.tsx'), 'RequirementsPage'),
});

const selectionRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/selection',
  validateSearch: selectionSearch,
  component: lazyPage(() => import('./stages/selection/page.tsx'), 'SelectionPage'),
});

const dataRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/data',
  validateSearch: dataSearch,
  component: lazyPage(() => import('./stages/data/page.tsx'), 'DataPage'),
});

const preparationRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/data/prepare',
  validateSearch: preparationSearch,
  component: lazyPage(() => import('./stages/data/preparation-page.tsx'), 'PreparationPage'),
});

const dataItemsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/data/items',
  validateSearch: dataItemsSearch,
  component: lazyPage(() => import('./stages/data/items-page.tsx'), 'DataItemsPage'),
});

const erasuresRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/data/erasures',
  validateSearch: erasuresSearch,
  component: lazyPage(() => import('./stages/data/erasures-page.tsx'), 'ErasuresPage'),
});

const uploadsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/data/uploads',
  validateSearch: uploadsSearch,
  component: lazyPage(() => import('./stages/data/uploads-page.tsx'), 'UploadsPage'),
});

const tokenizersRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/data/tokenizers',
  validateSearch: tokenizersSearch,
  component: lazyPage(() => import('./stages/data/tokenizers-page.tsx'), 'TokenizersPage'),
});

const certificateRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/data/certificates/$certificateId',
  component: lazyPage(() => import('./stages/data/certificate-page.tsx'), 'CertificatePage'),
});

const dataHistoryRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/data/history',
  validateSearch: dataHistorySearch,
  component: lazyPage(() => import('./stages/data/history-page.tsx'), 'DataHistoryPage'),
});

const runsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/training',
  validateSearch: runsSearch,
  component: lazyPage(() => import('./stages/training/page.tsx'), 'RunsPage'),
});

const newRunRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/training/new',
  validateSearch: newRunSearch,
  component: lazyPage(() => import('./stages/training/new-run-page.tsx'), 'NewRunPage'),
});

const newSweepRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/training/sweeps/new',
  component: lazyPage(() => import('./stages/training/sweeps/new-sweep-page.tsx'), 'NewSweepPage'),
});

const sweepRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/training/sweeps/$sweepId',
  component: lazyPage(() => import('./stages/training/sweeps/sweep-page.tsx'), 'SweepPage'),
});

const modelFilesRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/training/model-files',
  component: lazyPage(() => import('./stages/training/model-files-page.tsx'), 'ModelFilesPage'),
});

const runRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/training/runs/$runId',
  validateSearch: runSearch,
  component: lazyPage(() => import('./stages/training/run-page.tsx'), 'RunPage'),
});

const evaluationsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/evaluation',
  validateSearch: evaluationsSearch,
  component: lazyPage(() => import('./stages/evaluation/page.tsx'), 'EvaluationsPage'),
});

const evaluationRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/evaluation/evaluations/$evaluationId',
  validateSearch: evaluationSearch,
  component: lazyPage(() => import('./stages/evaluation/evaluation-page.tsx'), 'EvaluationPage'),
});

const compareRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/evaluation/compare',
  validateSearch: compareSearch,
  component: lazyPage(() => import('./stages/evaluation/compare-page.tsx'), 'ComparePage'),
});

const membersRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/members',
  component: lazyPage(() => import('./across/governance/members-page.tsx'), 'MembersPage'),
});

const projectAuditRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/audit',
  validateSearch: projectAuditSearch,
  component: lazyPage(() => import('./across/governance/project-audit-page.tsx'), 'ProjectAuditPage'),
});

const decisionsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/decisions',
  validateSearch: decisionsSearch,
  component: lazyPage(() => import('./across/decisions/timeline-page.tsx'), 'DecisionsPage'),
});

const decisionRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/decisions/$decisionId',
  component: lazyPage(() => import('./across/decisions/decision-page.tsx'), 'DecisionPage'),
});

const tokensRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/governance/tokens',
  component: lazyPage(() => import('./across/governance/tokens-page.tsx'), 'TokensPage'),
});

const workersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/governance/workers',
  component: lazyPage(() => import('./across/governance/workers-page.tsx'), 'WorkersPage'),
});

const auditRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/governance/audit',
  validateSearch: auditSearch,
  component: lazyPage(() => import('./across/governance/audit-page.tsx'), 'AuditPage'),
});

const peopleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/governance/people',
  validateSearch: peopleSearch,
  component: lazyPage(() => import('./across/governance/people-page.tsx'), 'PeoplePage'),
});

const rightsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/governance/rights',
  component: lazyPage(() => import('./across/governance/rights-page.tsx'), 'RightsPage'),
});

const encryptionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/governance/encryption',
  component: lazyPage(() => import('./across/governance/encryption-page.tsx'), 'EncryptionPage'),
});

const accountRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/account',
  component: lazyPage(() => import('./across/governance/account-page.tsx'), 'AccountPage'),
});

const routeTree = rootRoute.addChildren([
  signInRoute,
  joinRoute,
  shellRoute.addChildren([
    homeRoute,
    projectsRoute,
    projectRoute.addChildren([
      overviewRoute,
      requirementsRoute,
      selectionRoute,
      dataRoute,
      dataHistoryRoute,
      dataItemsRoute,
      certificateRoute,
      erasuresRoute,
      tokenizersRoute,
      uploadsRoute,
      preparationRoute,
      runsRoute,
      newRunRoute,
      newSweepRoute,
      sweepRoute,
      modelFilesRoute,
      runRoute,
      evaluationsRoute,
      evaluationRoute,
      compareRoute,
      membersRoute,
      projectAuditRoute,
      decisionsRoute,
      decisionRoute,
    ]),
    tokensRoute,
    workersRoute,
    auditRoute,
    peopleRoute,
    rightsRoute,
    encryptionRoute,
    accountRoute,
  ]),
]);

/** The pages of the product: one lazy route per stage, every filter in the address. */
export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    defaultErrorComponent: PageFailure,
    defaultPendingComponent: PageSkeleton,
    scrollRestoration: true,
  });
}

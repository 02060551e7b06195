import type { z } from 'zod';
import type { ProjectRight } from '../across/governance/rights.ts';
import type { ErrorCode } from './error-codes.ts';

/**
 * Who may call a route: anybody, anyone signed in, a person with a session (no token can stand in), whoever carries a
 * right in the project that the route's resource belongs to, an admin of the installation, or a machine with its own token: a worker, or the
 * inference service.
 */
export type Permission = 'public' | 'signed-in' | 'person' | 'admin' | Machine | ProjectRight;

/** A part of the product that runs beside the server. */
export type Machine = 'worker' | 'inference';

/** What a token must carry for a permission; people who sign in with a password have all. */
export const TOKEN_SCOPES = ['read', 'write', 'admin'] as const;

/** A right that a token carries. */
export type TokenScope = (typeof TOKEN_SCOPES)[number];

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One door of the product: path in `/api/x/{id}` form, schemas, permission and the errors it may answer. */
export interface Route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Reply extends z.ZodType = z.ZodType,
> {
  readonly id: string;
  readonly method: Method;
  readonly path: string;
  readonly summary: string;
  readonly permission: Permission;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** Schema of the successful JSON reply; absent where `stream` says what flows instead. */
  readonly reply?: Reply;
  /** Status of success, 200 unless given. */
  readonly status?: 200 | 201 | 204;
  /** A reply (or request body, for uploads) that is not JSON. */
  readonly stream?: 'events' | 'download' | 'upload';
  /** Largest request body, where the usual megabyte is too little. */
  readonly bodyLimitBytes?: number;
  readonly errors?: readonly ErrorCode[];
  /** Labels that are personal data leave as they are, and not masked as everywhere else: whoever handles it answers for that. */
  readonly sendsRawLabels?: true;
}

/** Declares a route with its types kept; the server registers it and the clients call it from the same value. */
export function defineRoute<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Reply extends z.ZodType,
>(route: Route<Params, Query, Body, Reply>): Route<Params, Query, Body, Reply> {
  return route;
}

/** Fills `{name}` places of a route's path with encoded values. */
export function pathOf(path: string, params: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`path ${path} needs ${name}`);
    return encodeURIComponent(value);
  });
}

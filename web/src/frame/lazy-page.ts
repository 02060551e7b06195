import { lazyRouteComponent } from '@tanstack/react-router';
import { awaitingConnection } from '../api/awaiting-connection.ts';

/** A page whose code is loaded when it is first shown, as soon as there is a connection. */
export function lazyPage<Module extends Record<string, unknown>, Name extends keyof Module & string>(
  load: () => Promise<Module>,
  name: Name,
) {
  return lazyRouteComponent(awaitingConnection(load), name);
}

/** Where to go after signing in: only addresses of this site, else the projects. */
export function safeReturn(returnTo: string | undefined): string {
  return returnTo && /^\/(?![/\\])/.test(returnTo) ? returnTo : '/projects';
}

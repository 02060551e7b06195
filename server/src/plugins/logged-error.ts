/** What the log says of an error. */
export interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
  readonly code?: string;
  readonly cause?: LoggedError;
}

const DEEPEST_CAUSE = 3;
/** Errors of these describe a failed query with its values. */
const FROM_DATABASE = /^(?:PrismaClient|DriverAdapter)/;

/** The last line of what a query that is none says names the argument, not its value. */
function withoutValues(name: string, message: string): string {
  const last = message.trimEnd().split('\n').at(-1) ?? '';
  return name === 'PrismaClientValidationError' ? last : 'a query failed';
}

/** An error as the log keeps it: with its stack and causes, and without the values of a query that failed. */
export function loggedError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an error', stack: '' };
  const { name, message, stack = '', cause } = error;
  const { code } = error as NodeJS.ErrnoException;
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: name,
    message: FROM_DATABASE.test(name) ? withoutValues(name, message) : message,
    stack: frames.join('\n'),
    ...(typeof code === 'string' ? { code } : {}),
    ...(cause === undefined || depth === DEEPEST_CAUSE ? {} : { cause: loggedError(cause, depth + 1) }),
  };
}

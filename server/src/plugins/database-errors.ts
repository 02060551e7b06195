/** Whether PostgreSQL refused a value that passed every schema (its class 22, data exception): the caller's fault. */
export function isUnstorableValue(error: unknown): boolean {
  const codes = databaseCodes(error);
  return codes.some((code) => /^22[0-9A-Z]{3}$/.test(code) || code === 'P2020' || code === 'P2033' || code === 'P2000');
}

/** SQLSTATEs of a database that is away, starting, stopping or closed to connections. */
const UNREACHABLE_STATES = /^(08|57P|53300$|55000$)/;

/** Codes of the client and of the network, and kinds of the driver's, that say the same, or that no connection came free in time. */
const UNREACHABLE_CODES = [
  ...['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028'],
  ...['ECONNREFUSED', 'ECONNRESET'],
  ...['ConnectionClosed', 'DatabaseNotReachable', 'SocketTimeout', 'TooManyConnections'],
];

/** What driver and pool say, without a code, where no connection came free in time, or one ended while it was made or used. */
const WITHOUT_CODE = [
  'timeout exceeded when trying to connect',
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
];

/** Whether the database cannot be reached, or has no connection left to give. */
export function isUnreachableDatabase(error: unknown): boolean {
  if (error instanceof Error && WITHOUT_CODE.includes(error.message)) return true;
  return databaseCodes(error).some((code) => UNREACHABLE_STATES.test(code) || UNREACHABLE_CODES.includes(code));
}

/** Whether the database ended a transaction because it and others waited for each other; nothing of it was done. */
export function isDeadlock(error: unknown): boolean {
  return databaseCodes(error).some((code) => code === '40P01' || code === '40001' || code === 'P2034');
}

/** Whether a unique index refused a row. */
export function isUniqueViolation(error: unknown): boolean {
  return databaseCodes(error).some((code) => code === 'P2002' || code === '23505');
}

/** Error codes along the chain of causes: Prisma's own, and the SQLSTATE or the kind that the driver adapter carries. */
function databaseCodes(error: unknown): string[] {
  const codes: string[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < 6 && typeof current === 'object' && current !== null; depth += 1) {
    const { code, originalCode, kind, meta, cause, driverAdapterError } = current as Record<string, unknown>;
    for (const candidate of [code, originalCode, kind]) if (typeof candidate === 'string') codes.push(candidate);
    const inner = (meta as Record<string, unknown> | undefined)?.driverAdapterError;
    const metaCode = (meta as Record<string, unknown> | undefined)?.code;
    if (typeof metaCode === 'string') codes.push(metaCode);
    current = cause ?? inner ?? driverAdapterError;
  }
  return codes;
}

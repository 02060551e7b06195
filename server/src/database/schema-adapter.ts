import { PrismaPg } from '@prisma/adapter-pg';
import {
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';

const charOid = 18;
const textOid = 25;

/** The part of the adapter that is not in its type: the query as the driver returns it. */
interface RawQueries {
  performIO(query: unknown): Promise<{ fields: { dataTypeID: number }[] }>;
}

/** Lets an adapter read PostgreSQL's type "char", which the schema engine's catalogue queries return and the adapter refuses. */
function readChar(adapter: SqlDriverAdapter): SqlDriverAdapter {
  const repaired = adapter as SqlDriverAdapter & RawQueries;
  const performIO = repaired.performIO.bind(repaired);
  const queryRaw = repaired.queryRaw.bind(repaired);
  // The schema engine runs one query at a time, so what the last one returned belongs to the caller below.
  let charColumns: number[] = [];
  repaired.performIO = async (query) => {
    const result = await performIO(query);
    charColumns = result.fields.flatMap((field, index) => (field.dataTypeID === charOid ? [index] : []));
    for (const field of result.fields) if (field.dataTypeID === charOid) field.dataTypeID = textOid;
    return result;
  };
  repaired.queryRaw = async (query) => {
    const result = await queryRaw(query);
    for (const column of charColumns) result.columnTypes[column] = ColumnTypeEnum.Character;
    return result;
  };
  return repaired;
}

/** An adapter factory for the schema engine that remembers its connections, which the engine leaves open. */
export interface SchemaAdapter {
  readonly factory: SqlMigrationAwareDriverAdapterFactory;
  closeConnections(): Promise<void>;
}

/** Prisma's PostgreSQL adapter for `connectionString`, repaired for use under the schema engine. */
export function schemaAdapter(connectionString: string): SchemaAdapter {
  const adapter = new PrismaPg({ connectionString });
  const open: SqlDriverAdapter[] = [];
  return {
    factory: {
      provider: adapter.provider,
      adapterName: adapter.adapterName,
      connect: async () => {
        const connection = readChar(await adapter.connect());
        open.push(connection);
        return connection;
      },
      connectToShadowDb: () => Promise.reject(new Error('Schemas are compared without a shadow database')),
    },
    closeConnections: async () => {
      await Promise.all(open.map((connection) => connection.dispose()));
    },
  };
}

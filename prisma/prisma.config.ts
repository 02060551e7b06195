import { defineConfig } from 'prisma/config';

/** Where Prisma's own command line finds the schema and the migrations; the address is only needed by its migrate commands. */
export default defineConfig({
  schema: 'schema',
  migrations: { path: 'migrations' },
  ...(process.env.DATABASE_URL ? { datasource: { url: process.env.DATABASE_URL } } : {}),
});

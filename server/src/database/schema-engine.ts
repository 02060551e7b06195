import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import { schemaAdapter } from './schema-adapter.ts';

/** What the module of bindings exports besides its declared types. */
interface Bindings {
  __wbg_set_wasm(exports: unknown): void;
  readonly SchemaEngine: { new: (options: object, log: () => void, adapter: object) => Promise<SchemaEngine> };
}

interface WebAssemblyLoader {
  instantiate(code: Uint8Array, imports: object): Promise<{ instance: { exports: { __wbindgen_start(): void } } }>;
}

// A second instance in one process would corrupt the memory views that the bindings cache.
let loaded: Promise<Bindings['SchemaEngine']> | undefined;

/** Loads the engine by hand, since its own entry point needs an import of WebAssembly that not every loader has. */
async function loadEngine(): Promise<Bindings['SchemaEngine']> {
  const script = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyLoader };
  const code = await readFile(script.replace(/\.js$/, '.wasm'));
  const { instance } = await WebAssembly.instantiate(code, { './schema_engine_bg.js': bindings });
  const engineBindings = bindings as unknown as Bindings;
  engineBindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return engineBindings.SchemaEngine;
}

/** Runs `work` with Prisma's schema engine on the database at `connectionString`, and closes what the engine opened. */
export async function withSchemaEngine<Result>(
  connectionString: string,
  datamodels: [path: string, content: string][],
  work: (engine: SchemaEngine) => Promise<Result>,
): Promise<Result> {
  loaded ??= loadEngine();
  const Engine = await loaded;
  const adapter = schemaAdapter(connectionString);
  const bound = bindMigrationAwareSqlAdapterFactory(adapter.factory);
  const engine = await Engine.new({ datamodels }, () => {}, bound);
  try {
    return await work(engine);
  } catch (error) {
    // The engine passes only a number of a driver's error; the error itself waits in the registry.
    const id = /id: (\d+)/.exec(String(error))?.[1];
    const kept = id === undefined ? undefined : bound.errorRegistry.consumeError(Number(id));
    throw kept?.error ?? error;
  } finally {
    engine.free();
    await adapter.closeConnections();
  }
}

// As scripts/start.ts, with the program of GREENLIGHT_BENCH_NODE in place of Node for every process that it starts.
process.execPath = process.env['GREENLIGHT_BENCH_NODE'] ?? process.execPath;
await import('../../scripts/start.ts');

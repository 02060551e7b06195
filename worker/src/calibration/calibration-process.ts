import { measureMachine } from './measure-machine.ts';

/*
 * The entry of a short-lived process that measures the machine and writes the result to standard output: the memory that
 * measuring takes goes back with the process, and does not count as that of the runs that follow in the worker.
 */

const calibration = await measureMachine();
process.stdout.write(JSON.stringify(calibration), () => process.exit(0));

import { builtinEnvironments, type Environment } from 'vitest/runtime';

/**
 * jsdom, once for all files of a process: what the component library keeps of the first window when it is loaded (its clock of frames
 * among it) must go on for the files that follow, and making a window takes longer than the tests of most files.
 */
export default {
  name: 'one-page',
  viteEnvironment: 'client',
  async setup(global, options) {
    if (!('document' in global)) await builtinEnvironments.jsdom.setup(global, options);
    return { teardown: () => undefined };
  },
} satisfies Environment;

/** Does work while nobody else does any under the same lock: one at a time, over all servers. */
export type Alone = <Result>(work: () => Promise<Result>) => Promise<Result>;

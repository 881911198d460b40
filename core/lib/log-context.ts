import { AsyncLocalStorage } from 'node:async_hooks';

/** What is being worked on, for every line of the log that comes from it: a request or a job. */
export type Work = { readonly request: string } | { readonly job: number };

const current = new AsyncLocalStorage<Work>();

/** Everything that `work` does, however late, carries these ids in the log. */
export const workingOn = <T>(work: Work, run: () => T): T => current.run(work, run);

/** What is not the work of the request or job that began it: a restart and everything from then on, or a loop that does the work of many. */
export const outOfWork = <T>(run: () => T): T => current.exit(run);

/** The ids of what is being worked on; empty outside of requests and jobs. */
export const workNow = (): Partial<Record<string, string | number>> => current.getStore() ?? {};

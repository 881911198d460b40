import { type Scope, transact } from '../db/scope.ts';

/** Somebody takes much out of the system at once: `name` says what. */
export async function noteExport(scope: Scope, name: 'statistics' | 'audit' | 'person'): Promise<void> {
  await transact(scope, async (tx) => tx.emit({ type: 'export.made', data: { name } }));
}

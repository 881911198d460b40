import type { Knex } from 'knex';

type Compiler = ReturnType<Knex.Client['queryCompiler']> & { readonly single: { limit?: unknown; skipBinding: Record<string, boolean> } };

/** Writes the number of a limit into the statement that is compiled, for a database that plans badly with one it does not know. */
export function limitWritten(compiler: Compiler): Compiler {
  const { single } = compiler;
  if (Number.isSafeInteger(single.limit)) single.skipBinding = { ...single.skipBinding, limit: true };
  return compiler;
}

import { createRequire } from 'node:module';
import type { Knex } from 'knex';
import { limitWritten } from './limit-written.ts';
import { isUnfit } from './transient.ts';

interface Asked {
  readonly sql: string;
  options?: Readonly<Record<string, unknown>> | undefined;
}

interface Dialects {
  new (...args: ConstructorParameters<typeof Knex.Client>): Knex.Client & { _query(connection: object, asked: Asked): Promise<unknown> };
}

const Dialect: Dialects = createRequire(import.meta.url)('knex/lib/dialects/postgres/index.js');

/** What a connection heard: how often what it does not keep, and the names of what it keeps; without a name it is never kept. */
interface Heard {
  readonly times: Map<string, number>;
  readonly names: Map<string, string>;
}

const connections = new WeakMap<object, Heard>();
/** Reads, but nothing that is searched for: a rare and a common word want different plans, and the plan for any word is slow for both. */
const KEPT = /^\s*(select|with)\b(?!.*(@@|\bi?like\b))/is;
const OFTEN = 3;
const MAX_KEPT = 100;
const MAX_HEARD = 1_000;

/**
 * Reads that come again are prepared once for each connection: the rows of a list join so many tables that planning them takes longer than
 * finding them. PostgreSQL goes on planning with the values where that promises to be cheaper (plan_cache_mode auto). Limits are written
 * out, since it takes one that it does not know for a tenth of the table.
 */
export class PostgresClient extends Dialect {
  override queryCompiler(...args: Parameters<Knex.Client['queryCompiler']>): ReturnType<Knex.Client['queryCompiler']> {
    return limitWritten(super.queryCompiler(...args));
  }

  override async _query(connection: object, asked: Asked): Promise<unknown> {
    const heard = connections.get(connection) ?? { times: new Map(), names: new Map() };
    connections.set(connection, heard);
    // What fails inside a transaction cannot be asked again, and migrations change tables there.
    const name = '__knexTxId' in connection ? '' : nameOf(asked.sql, heard);
    if (name === '') return super._query(connection, asked);
    const { options } = asked;
    try {
      asked.options = { ...options, name };
      return await super._query(connection, asked);
    } catch (error) {
      if (!isUnfit(error)) throw error;
      heard.names.set(asked.sql, '');
      asked.options = options;
      return super._query(connection, asked);
    }
  }
}

/** Under which name the connection keeps this statement; empty when it does not, or not yet. */
function nameOf(sql: string, { times, names }: Heard): string {
  const known = names.get(sql);
  if (known !== undefined) return known;
  if (names.size >= MAX_KEPT || !KEPT.test(sql)) return '';
  const before = times.get(sql) ?? 0;
  if (before + 1 < OFTEN) {
    if (times.size >= MAX_HEARD) times.clear();
    times.set(sql, before + 1);
    return '';
  }
  times.delete(sql);
  const name = `centrala_${names.size}`;
  names.set(sql, name);
  return name;
}

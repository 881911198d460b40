/** What every part may log with: an event name in snake_case and facts (ids, durations with unit). Never bodies, never secrets. */
export interface Log {
  info(event: string, facts?: object): void;
  warn(event: string, facts?: object): void;
  error(event: string, facts?: object): void;
}

/** What of an error goes into the log: never the driver's SQL with its bound values (reliability.md K11). */
export function errorFacts(error: unknown): { error: string; code?: string; stack?: string } {
  if (!(error instanceof Error)) return { error: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const fromDriver = code !== undefined && (/^SQLITE_/.test(code) || /^[0-9A-Z]{5}$/.test(code));
  const text = fromDriver ? error.message.replace(/^[\s\S]* - (?=[^-]*$)/, '') : error.message;
  return { error: text, ...(code === undefined ? {} : { code }), ...(fromDriver || !error.stack ? {} : { stack: error.stack }) };
}

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };

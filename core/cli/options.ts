import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { UsageError } from './command.ts';

/** Parses the rest of the command line; unknown options, missing values and too many or few words are UsageErrors. */
export function readOptions<T extends ParseArgsOptionsConfig>(args: readonly string[], options: T, words = 0) {
  const parsed = parse(args, options);
  if (parsed.positionals.length < words) throw new UsageError('Something is missing.');
  const extra = parsed.positionals[words];
  if (extra !== undefined) throw new UsageError(`"${extra}" is not expected here.`);
  return parsed;
}

function parse<T extends ParseArgsOptionsConfig>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** The value of an option that must be given. */
export function needed(value: string | undefined, name: string): string {
  if (value === undefined || value.trim() === '') throw new UsageError(`--${name} is missing.`);
  return value.trim();
}

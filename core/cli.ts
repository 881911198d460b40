import { type Config, ConfigError, readConfig } from '../config/config.ts';
import { version } from './boot/version.ts';
import { becomeOwnerOf } from './cli/as-owner.ts';
import { type Command, type Console, EXIT, type Installation, UsageError } from './cli/command.ts';
import { allCommands, commandOf } from './cli/commands.ts';
import { AppError, InvalidError, SettingError } from './lib/errors.ts';

// Whoever reads through "head" has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const note = (line: string): void => void process.stderr.write(`${line}\n`);

/** Runs one subcommand and answers its exit code. */
async function main(args: readonly string[]): Promise<number> {
  if (args.length === 0 || args[0] === 'help' || args.includes('--help') || args.includes('-h')) {
    say(await help());
    return args.length === 0 ? EXIT.usage : EXIT.ok;
  }
  if (args[0] === 'version' || args[0] === '--version') {
    say(version());
    return EXIT.ok;
  }
  const command = await commandOf(args);
  if (!command) {
    note(`centrala: there is no command "${args.slice(0, 2).join(' ')}".\n\n${await help()}`);
    return EXIT.usage;
  }
  const opened: Installation[] = [];
  try {
    const config = readConfig();
    const owner = becomeOwnerOf(config.dataDir);
    if (owner !== null) note(`(working as the user ${owner}, whose data this is)`);
    return await command.run(args.slice(command.name.split(' ').length), consoleFor(config, opened));
  } catch (error) {
    return explain(error, command);
  } finally {
    for (const installation of opened) await installation.close();
  }
}

function consoleFor(config: Config, opened: Installation[]): Console {
  const opening = async (how: 'made' | 'found'): Promise<Installation> => {
    const { openInstallation } = await import('./cli/installation.ts');
    const installation = await openInstallation(config, how);
    opened.push(installation);
    return installation;
  };
  return {
    config,
    say,
    note,
    readInput: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
      return Buffer.concat(chunks)
        .toString('utf8')
        .replace(/\r?\n$/, '');
    },
    open: () => opening('made'),
    find: () => opening('found'),
  };
}

function explain(error: unknown, command: Command): number {
  if (error instanceof ConfigError) {
    note(`centrala: ${error.message}`);
    return EXIT.config;
  }
  if (error instanceof UsageError) {
    note(`centrala: ${error.message}\nUsage: centrala ${command.name} ${command.usage}`);
    return EXIT.usage;
  }
  if (error instanceof AppError) {
    note(`centrala: ${error.message}${error.message.endsWith('.') ? '' : '.'}`);
    if (error instanceof InvalidError) for (const [name, problem] of Object.entries(error.fields)) note(`  ${name}: ${problem}`);
    if (error.help) note(`  ${error.help}`);
    return error instanceof SettingError ? EXIT.config : EXIT.failed;
  }
  note(`centrala: ${error instanceof Error ? error.message : String(error)}`);
  note(`  ${hintOf(error)}`);
  return EXIT.failed;
}

function hintOf(error: unknown): string {
  if (!(error instanceof Error && 'code' in error)) return '"centrala doctor" looks for what is wrong.';
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') return 'There is no room left: make some, or name another place.';
  if (!('path' in error)) return '"centrala doctor" looks for what is wrong.';
  if (error.code === 'EEXIST') return 'It is there already: name another one, or remove it.';
  return 'Check this path, and the right to read or write there.';
}

async function help(): Promise<string> {
  const lines = (await allCommands()).map(
    ({ name, usage, summary }) => `  centrala ${[name, usage].filter(Boolean).join(' ')}\n      ${summary}`,
  );
  return [
    'Usage: centrala COMMAND',
    '',
    ...lines,
    '',
    '  centrala --version\n      says which version this is',
    '',
    'Settings come from the environment (config/example.env), as for the server. Exit codes: 0 done, 1 it did not work,',
    '64 the command line is wrong, 78 the configuration is wrong.',
  ].join('\n');
}

// As of the server: databases, mail and keys are for this user alone.
process.umask(0o077);
process.exitCode = await main(process.argv.slice(2));

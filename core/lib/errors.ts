/** Base of every error the application raises on purpose. Anything else is a bug. */
export class AppError extends Error {
  /** Stable, snake_case; tests and callers branch on this, never on `message`. */
  readonly code: string;
  /** HTTP status used by core/http; other edges have their own table. */
  readonly status: number;
  /** One sentence telling a person what to do next, or null. */
  readonly help: string | null;
  /** `errors.<text>` is what pages say, in place of what they say of every error of this code. */
  readonly text: string | null;

  constructor(code: string, status: number, message: string, options: ErrorOptions & { help?: string; text?: string | undefined } = {}) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.status = status;
    this.help = options.help ?? null;
    this.text = options.text ?? null;
  }
}

/** The thing does not exist, or the actor may not know that it does: both look the same from outside. */
export class NotFoundError extends AppError {
  constructor(what: string, help?: string) {
    super('not_found', 404, `${what} was not found`, { ...(help === undefined ? {} : { help }), text: GONE[what] });
  }
}
const GONE: Readonly<Record<string, string>> = { Conversation: 'conversation_gone' };

export class ForbiddenError extends AppError {
  constructor(message = 'You may not do this', help = 'Ask an administrator for the right to do it.', text?: string) {
    super('forbidden', 403, message, { help, text });
  }
}

/** What an agent may do in a folder is less than this. */
export class NotInThisFolderError extends ForbiddenError {
  constructor(right: string) {
    super(`You may not do this in this folder (${right})`, 'Ask whoever manages the folder, or an administrator.', 'not_in_this_folder');
  }
}

/** The request contradicts the present state (already sent, already closed, name taken). */
export class ConflictError extends AppError {
  constructor(code: string, message: string, help?: string) {
    super(code, 409, message, help === undefined ? {} : { help });
  }
}

export class InvalidError extends AppError {
  /** Form field name -> locale key or text shown next to that field. */
  readonly fields: Readonly<Record<string, string>>;
  /** What the texts behind the keys fill in. */
  readonly values: Readonly<Record<string, string | number>>;

  constructor(fields: Record<string, string>, values: Readonly<Record<string, string | number>> = {}) {
    super('invalid', 422, 'Some fields need attention', { help: 'Correct the marked fields and send again.' });
    this.fields = fields;
    this.values = values;
  }
}

/** Something outside is not answering now; the same call may work later. SMTP 451, HTTP 503. */
export class TemporaryError extends AppError {
  constructor(message: string, options: ErrorOptions & { help?: string } = {}) {
    super('temporary', 503, message, options);
  }
}

/** What the environment asks for cannot be had on this machine: another value would help, a restart would not. Exit code 78. */
export class SettingError extends AppError {
  constructor(message: string, help: string, cause: unknown = null) {
    super('setting', 500, message, { help, cause });
  }
}

/** Marks the branch of a closed union that cannot happen. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}

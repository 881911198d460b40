/** Stands in a form for a password that is stored. */
export const HIDDEN = '••••••';

const LOGIN = /^(?<before>[a-z][a-z0-9+.-]*:\/\/[^:\s]*:)(?<password>.*)(?<after>@(?<host>\[[^\]]*\]|[^:/@\s]*)[^@\s]*)$/i;

const partsOf = (url: string) => LOGIN.exec(url)?.groups ?? {};

/** The address for a form: a stored password as dots, one that was only just typed as it was typed. */
export function hideStoredPassword(url: string, stored: string): string {
  const { before, password, after } = partsOf(url);
  return password !== undefined && password === partsOf(stored)['password'] ? `${before}${HIDDEN}${after}` : url;
}

/** The posted address with the stored password for the dots, unless it leads to another host: a password is never tried elsewhere. */
export function withStoredPassword(url: string, stored: string): string {
  const { before, password, after, host } = partsOf(url);
  const known = partsOf(stored);
  const isSameHost = host?.toLowerCase() === known['host']?.toLowerCase();
  return password === HIDDEN && isSameHost ? `${before}${known['password']}${after}` : url;
}

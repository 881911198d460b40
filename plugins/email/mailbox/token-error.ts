import { AppError } from '../../../core/lib/errors.ts';
import type { AccessToken } from '../../../core/plugins/contract.ts';

/** What `host.accessToken` rejects with: there is no token, so the server was not asked at all. */
export const isTokenError = (error: unknown): error is AppError =>
  error instanceof AppError && ['login_again', 'oauth_client', 'oauth'].includes(error.code);

/** A problem of the locales. */
export function tokenProblem({ code, status }: AppError): string {
  if (code === 'login_again') return 'account_login_again';
  return code === 'oauth' && status === 503 ? 'account_oauth_unreachable' : 'account_oauth_client';
}

/** Where there is nobody to log in. */
export const noTokens: AccessToken = () => Promise.reject(new AppError('login_again', 422, 'Nobody has logged in'));

import { z } from 'zod';
import { parseHosts } from './service-host.ts';

// Settings that every filter and scanner has which asks a service of its own; the first argument names the problem in the plugin's locales.

/** A whole number between these. */
export const numberField = (problem: string, min: number, max: number) =>
  z
    .string(problem)
    .trim()
    .regex(/^\d{1,6}$/, problem)
    .transform(Number)
    .pipe(z.number().min(min, problem).max(max, problem));

/** Hosts of the service in the order in which they are tried; none is written as nothing. */
export const hostsField = (problem: string, defaultPort: number) =>
  z
    .string(problem)
    .max(2000, problem)
    .default('')
    .transform((text, context) => {
      const hosts = parseHosts(text, defaultPort);
      if (!hosts) context.addIssue({ code: 'custom', message: problem });
      return hosts ?? [];
    });

import type Koa from 'koa';
import type { Scope } from '../db/scope.ts';
import type { AgentId, SessionId } from '../lib/ids.ts';
import type { OwnKeys } from '../lib/keys.ts';
import type { Language } from '../lib/language.ts';
import { PERMISSIONS, type Permission } from '../lib/permissions.ts';
import type { Toast, UploadStore } from './site.ts';

/** Who may call a route. `public` = anyone, even without a session; the rest need one; a permission = whoever holds it; `api` = a Bearer key. */
export const ACCESSES = ['public', 'agent', 'administrator', 'api', ...PERMISSIONS] as const;
export type Access = (typeof ACCESSES)[number];

/** The logged-in person, as every page needs to know him. */
export interface CurrentAgent {
  readonly id: AgentId;
  readonly sessionId: SessionId | null;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly role: 'administrator' | 'agent';
  /** An administrator holds all of them. */
  readonly permissions: readonly Permission[];
  readonly theme: 'auto' | 'light' | 'dark';
  readonly ring: 'short' | 'long';
  /** Keys that he chose in place of the usual ones. */
  readonly keys: OwnKeys;
}

/** Text of a locale key ("conversations.list.title") in one language; `{name}` is replaced; `n` chooses the plural form. */
export type Translate = (key: string, values?: Readonly<Record<string, string | number>>) => string;

/** What one uploaded file became: already in the blob store, fsynced. */
export interface Upload {
  readonly field: string;
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What a handler gets. `form` is the parsed body: urlencoded, multipart or JSON; unknown until zod has read it. */
export interface PageContext extends Koa.ParameterizedContext {
  params: Record<string, string>;
  scope: Scope;
  language: Language;
  t: Translate;
  form: Readonly<Record<string, unknown>>;
  uploads: readonly Upload[];
  /** True when htmx asks for a part of a page. */
  readonly isFragment: boolean;
  /** The session's agent; on a `public` route without one this throws. */
  readonly agent: CurrentAgent;
  readonly visitor: CurrentAgent | null;
  /** Renders `views/<template>.njk` inside its layout. */
  page(template: string, data?: object, status?: number): void;
  /** Renders only the named partial, for htmx. */
  fragment(template: string, data?: object, status?: number): void;
  /** 303 for a plain form, HX-Redirect for htmx. */
  seeOther(path: string): void;
  /** Shows a short message on the next page or in this fragment ("Saved"). */
  toast(text: string, kind?: 'done' | 'problem', undo?: Toast['undo']): void;
}

/** One row of the route table. Handlers are short: parse, allow, one verb, render. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** @koa/router path: "/conversations/:id/closure". */
  readonly path: string;
  readonly may: Access;
  /** Of an `api` route: what the agent of the key has to be or hold. */
  readonly needs?: 'administrator' | Permission;
  readonly handle: (ctx: PageContext) => void | Promise<void>;
  /** Body limit in bytes for this route; default 1 MiB, 64 KiB of a public one. Uploads of a multipart body stream into the blob store. */
  readonly maxBodyBytes?: number;
  /** Of a public route, asked before the body is read: whether this visitor may send files, and that much. Without it none may. */
  readonly takesFiles?: (scope: Scope, query: URLSearchParams) => Promise<boolean>;
  /** Of a public route: a page in a frame on other people's pages, where browsers send no cookie; its forms carry a token of their own. */
  readonly isFramed?: true;
  /** Of a framed form, in place of `handle` when its token is too old: what was typed is shown again in a new one. Without it that is an error. */
  readonly whenOld?: (ctx: PageContext) => void | Promise<void>;
  /** Another place for its uploads than the blob store. */
  readonly uploads?: UploadStore;
}

import { createRequire } from 'node:module';
import type { Liquid } from 'liquidjs';

/** Values a text may name: plain texts, at most one level deep ("contact.name"). What a group has under '' is the group itself ("company" beside "company.phone"). */
export type LiquidValues = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

const MAX_TEMPLATE_CHARS = 20_000;
/** Of a letter with its formatting and what is added to each of its variables. */
const MAX_LETTER_CHARS = 100_000;
/** Of the clock on the wall: without loops nothing takes so long, but a machine with other work to do may stop for a while in the middle. */
const MAX_RENDER_MS = 1_000;
const MAX_MEMORY = 1_000_000;
/** No loops, no files, nothing that could run long or reach outside. */
const TAGS = new Set(['if', 'unless', 'case', 'comment', 'raw', '#']);
const BOUNDS = { templates: {}, ownPropertyOnly: true, strictFilters: true, lenientIf: true, renderLimit: MAX_RENDER_MS };

const load = createRequire(import.meta.url);
/** At the first text that somebody fills in. */
const library = (): typeof import('liquidjs') => load('liquidjs');
/** What Liquid takes the text of, in place of itself, where it is printed or compared. */
const standin = once(() => class extends library().Drop {});

/**
 * A text that has parts. A template reaches them and nothing that a class inherits, some of which could be called. A part that is not there is
 * empty: whoever took it away was told which texts name it.
 */
function textWithParts({ '': text = '', ...parts }: Readonly<Record<string, string>>): object {
  const own: Readonly<Record<string, () => string>> = { valueOf: () => text, toString: () => text };
  return new Proxy(new (standin())(), {
    get: (target, name) => {
      if (typeof name === 'symbol') return Reflect.get(target, name);
      if (Object.hasOwn(own, name)) return own[name];
      return Object.hasOwn(parts, name) ? parts[name] : '';
    },
  });
}

const withParts = (values: LiquidValues): object =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value !== 'string' && '' in value ? textWithParts(value) : value]),
  );

type Options = ConstructorParameters<typeof Liquid>[0];

function bounded(options: Options, tags = TAGS): Liquid {
  const made = new (library().Liquid)({ ...BOUNDS, ...options });
  for (const name of Object.keys(made.tags)) if (!tags.has(name)) delete made.tags[name];
  return made;
}

const engine = once(() => bounded({ strictVariables: true, parseLimit: MAX_TEMPLATE_CHARS, memoryLimit: MAX_MEMORY }));

export type Rendered = { readonly text: string } | { readonly problem: string };

/** Fills in a text that a person wrote in Liquid. A text that cannot be filled in gives the reason in the engine's own (English) words. */
export function renderLiquid(template: string, values: LiquidValues): Rendered {
  return attempt(() => String(engine().parseAndRenderSync(template, withParts(values))));
}

// Letters hold no "raw": its braces would be sent.
const LETTER_TAGS = new Set([...TAGS].filter((tag) => tag !== 'raw'));
const letter = { parseLimit: MAX_LETTER_CHARS, memoryLimit: MAX_MEMORY * 4 };
const letters = {
  text: once(() => forLetters(letter)),
  html: once(() => forLetters({ ...letter, outputEscape: 'escape' })),
};
/** A line end in a value, until what it stands in is HTML. */
const NEW_LINE = '\uE002';
const BLANK = /\uE000([\w.]*)\uE001/g;

function forLetters(options: Options): Liquid {
  const made = bounded(options, LETTER_TAGS);
  made.registerFilter('or_blank', (value: unknown, name: string) => {
    const text = String(value ?? '');
    return text.trim() === '' ? `\uE000${name}\uE001` : text;
  });
  return made;
}

/**
 * Fills in a letter that a person will look at before it goes. What stays empty becomes what `blank` answers for its name. In HTML the values
 * are escaped; a letter can still say `raw`, so sanitise what comes out.
 */
export function fillLetter(template: string, values: LiquidValues, as: 'text' | 'html', blank: (name: string) => string): Rendered {
  const source = template.replace(/[\uE000-\uE002]/g, '').replace(/\{[{%][\s\S]*?[%}]\}/g, as === 'html' ? unescaped : same);
  const marked = source.replace(/\{\{(-?)\s*([\w.]*)([\s\S]*?)(-?)\}\}/g, '{{$1 $2$3 | or_blank: "$2" $4}}');
  const filled = (): string =>
    String(letters[as]().parseAndRenderSync(marked, withParts(as === 'html' ? oneLine(values) : values))).replace(
      BLANK,
      (_, name: string) => blank(name),
    );
  return attempt(as === 'html' ? () => filled().replaceAll(NEW_LINE, '<br>') : filled);
}

const oneLine = (values: LiquidValues): LiquidValues =>
  JSON.parse(JSON.stringify(values, (_, value) => (typeof value === 'string' ? value.replace(/\r?\n/g, NEW_LINE) : value)));

/** The variables that a letter names ("contact.name"), whatever its conditions, or why it cannot be read. */
export function namesInLetter(template: string, as: 'text' | 'html'): { readonly names: readonly string[] } | { readonly problem: string } {
  const source = as === 'html' ? template.replace(/\{[{%][\s\S]*?[%}]\}/g, unescaped) : template;
  let names: readonly string[] = [];
  const read = attempt(() => {
    names = letters[as]().globalFullVariablesSync(source);
    return '';
  });
  return 'problem' in read ? read : { names };
}

const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&nbsp;': ' ', '&amp;': '&' };
const same = (text: string): string => text;
const unescaped = (text: string): string => text.replace(/&(?:lt|gt|quot|#39|nbsp|amp);/g, (entity) => ENTITIES[entity] ?? entity);

function attempt(render: () => string): Rendered {
  try {
    return { text: render() };
  } catch (error) {
    if (error instanceof Error && (library().LiquidError.is(error) || /limit/.test(error.message)))
      return { problem: firstLine(error.message) };
    throw error;
  }
}

const firstLine = (message: string): string => (message.split('\n', 1)[0] ?? '').replace(/, file:[^,]*/, '').slice(0, 200);

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

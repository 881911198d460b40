import { Liquid, LiquidError } from 'liquidjs';

/** Values a text may name: plain texts, at most one level deep ("contact.name"). */
export type LiquidValues = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

const MAX_TEMPLATE_CHARS = 20_000;
const MAX_RENDER_MS = 100;
const MAX_MEMORY = 1_000_000;
/** No loops, no files, nothing that could run long or reach outside. */
const TAGS = new Set(['if', 'unless', 'case', 'comment', 'raw', '#']);

const engine = new Liquid({
  templates: {},
  ownPropertyOnly: true,
  strictVariables: true,
  strictFilters: true,
  lenientIf: true,
  parseLimit: MAX_TEMPLATE_CHARS,
  renderLimit: MAX_RENDER_MS,
  memoryLimit: MAX_MEMORY,
});
for (const name of Object.keys(engine.tags)) if (!TAGS.has(name)) delete engine.tags[name];

export type Rendered = { readonly text: string } | { readonly problem: string };

/** Fills in a text that a person wrote in Liquid. A text that cannot be filled in gives the reason in the engine's own (English) words. */
export function renderLiquid(template: string, values: LiquidValues): Rendered {
  try {
    return { text: String(engine.parseAndRenderSync(template, values)) };
  } catch (error) {
    if (error instanceof Error && (LiquidError.is(error) || /limit/.test(error.message))) return { problem: firstLine(error.message) };
    throw error;
  }
}

const firstLine = (message: string): string => (message.split('\n', 1)[0] ?? '').replace(/, file:[^,]*/, '').slice(0, 200);

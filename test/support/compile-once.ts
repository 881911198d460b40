import nunjucks from 'nunjucks';

type Compile = (source: string, ...rest: unknown[]) => string;

// Every app of a test reads all templates. Compiling is a pure function of text and options, and the slowest part of starting an app, so
// within one test file it happens once for each template.
const holder: { compiler: { compile: Compile } } = Object(nunjucks);
const { compile } = holder.compiler;
const known = new Map<string, string>();

holder.compiler.compile = (source, ...rest) => {
  const key = JSON.stringify([source, ...rest]);
  const code = known.get(key) ?? compile(source, ...rest);
  known.set(key, code);
  return code;
};

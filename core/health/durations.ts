/** `route` is the path pattern, never the path itself. */
export interface AnsweredRequest {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** How long requests took, as a histogram of Prometheus. */
export interface Durations {
  add(request: AnsweredRequest): void;
  /** Text format, version 0.0.4. */
  text(): string;
}

const NAME = 'centrala_http_request_duration_seconds';
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

interface Series {
  /** Not yet added up: each request counts in the first that it fits into. */
  readonly buckets: number[];
  count: number;
  sum: number;
}

export function countDurations(): Durations {
  const all = new Map<string, Series>();
  const seriesOf = (labels: string): Series => {
    const known = all.get(labels) ?? { buckets: BOUNDS.map(() => 0), count: 0, sum: 0 };
    all.set(labels, known);
    return known;
  };
  return {
    add: ({ method, route, status, seconds }) => {
      const series = seriesOf(`method="${escaped(method)}",route="${escaped(route)}",status="${status}"`);
      const fits = BOUNDS.findIndex((bound) => seconds <= bound);
      if (fits !== -1) series.buckets[fits] = (series.buckets[fits] ?? 0) + 1;
      series.count += 1;
      series.sum += seconds;
    },
    text: () => [`# HELP ${NAME} Time from request to answer`, `# TYPE ${NAME} histogram`, ...[...all].flatMap(linesOf), ''].join('\n'),
  };
}

function linesOf([labels, { buckets, count, sum }]: readonly [string, Series]): readonly string[] {
  let below = 0;
  const lines = BOUNDS.map((bound, at) => {
    below += buckets[at] ?? 0;
    return `${NAME}_bucket{le="${bound}",${labels}} ${below}`;
  });
  return [...lines, `${NAME}_bucket{le="+Inf",${labels}} ${count}`, `${NAME}_sum{${labels}} ${sum}`, `${NAME}_count{${labels}} ${count}`];
}

const escaped = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

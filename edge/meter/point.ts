/** The points that the Worker writes to METRICS (docs/metrics.md), as the meter takes them. */

/** What is counted, or how large it is. */
export interface Point {
  readonly what: string;
  /** Beside `what`: empty where a point has none. */
  readonly route: string;
  readonly status: string;
  readonly rcode: string;
  readonly cluster: string;
  readonly value: number;
}

/** From the body of a request; undefined for what is no list of points. */
export function parsePoints(text: string): readonly Point[] | undefined {
  try {
    const points: unknown = JSON.parse(text);
    return Array.isArray(points) ? points.map(parsePoint) : undefined;
  } catch {
    return undefined;
  }
}

function parsePoint(value: unknown): Point {
  const { blobs, doubles } = value as { blobs: unknown; doubles: unknown };
  if (!Array.isArray(blobs) || !Array.isArray(doubles)) throw new Error('no point');
  const [what, route, status, rcode, cluster] = blobs.map((blob) => (typeof blob === 'string' ? blob : ''));
  const number = Number(doubles[0]);
  if (what === undefined || !Number.isFinite(number)) throw new Error('no point');
  return { what, route: route ?? '', status: status ?? '', rcode: rcode ?? '', cluster: cluster ?? '', value: number };
}

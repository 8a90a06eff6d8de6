import type { Problem } from '@/api/errors';

/** One call as the fake server sees it. */
export interface FakeCall {
  params: Record<string, string>;
  query: URLSearchParams;
  body: Record<string, unknown>;
  headers: Headers;
}

export type FakeHandler = (call: FakeCall) => FakeAnswer;

export interface FakeAnswer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Answers calls by method and path, such as "GET providers/:id". The first that matches wins. */
export class FakeRouter {
  private routes: { method: string; parts: string[]; handler: FakeHandler }[] = [];

  on(pattern: string, handler: FakeHandler): void {
    const [method = '', path = ''] = pattern.split(' ');
    this.routes.push({ method, parts: path.split('/'), handler });
  }

  /** What answers this pattern now, to be wrapped by a test. */
  handlerOf(pattern: string): FakeHandler {
    const found = this.routes.find(({ method, parts }) => `${method} ${parts.join('/')}` === pattern);
    if (!found) throw new Error(`Nothing answers ${pattern}.`);
    return found.handler;
  }

  /** Answers a pattern in another way from now on. */
  override(pattern: string, handler: FakeHandler): void {
    const [method = '', path = ''] = pattern.split(' ');
    this.routes.unshift({ method, parts: path.split('/'), handler });
  }

  async answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const parts = url.pathname.replace(/^\/api\//u, '').split('/');
    for (const route of this.routes) {
      const params = route.method === request.method ? match(route.parts, parts) : null;
      if (!params) continue;
      const text = await request.text();
      const body = text ? (JSON.parse(text) as Record<string, unknown>) : {};
      return respond(route.handler({ params, query: url.searchParams, body, headers: request.headers }));
    }
    return respond(problem(404, 'not_found'));
  }
}

/** A problem document. */
export function problem(status: number, code: string, more: Partial<Problem> = {}): FakeAnswer {
  return { status, body: { type: 'about:blank', title: code, status, code, ...more } };
}

/** A plain success. */
export function ok(body: unknown, status = 200): FakeAnswer {
  return { status, body };
}

function match(pattern: string[], path: string[]): Record<string, string> | null {
  if (pattern.length !== path.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const given = decodeURIComponent(path[index] ?? '');
    if (part.startsWith(':')) params[part.slice(1)] = given;
    else if (part !== given) return null;
  }
  return params;
}

function respond({ status, body, headers }: FakeAnswer): Response {
  const empty = body === undefined;
  return new Response(empty ? null : JSON.stringify(body), {
    status,
    headers: { ...(empty ? {} : { 'Content-Type': 'application/json' }), ...headers },
  });
}

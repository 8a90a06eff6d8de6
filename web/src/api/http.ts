import createClient from 'openapi-fetch';
import { ApiError, NO_NETWORK, problemOf } from '@/api/errors';
import { PROOF_HEADER, proofFor } from '@/api/proof';
import type { paths } from '@/api/schema';
import { steppedUp } from '@/api/stepUp';
import { accessToken, refreshSession } from '@/api/token';

/** Typed calls to the server: every path, parameter, body and answer is checked against openapi.json. */
export const client = createClient<paths>({ baseUrl: window.location.origin, fetch: authorized });

interface Answered<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** What was answered, with what stands in its headers. */
export interface Tagged<T> {
  value: T;
  /** The version, for edits under If-Match. */
  etag: string | null;
  /** The server's clock when it answered, in milliseconds; ours when it does not say. */
  serverNow: number;
}

/** The body of a successful answer. Throws ApiError for any other. */
export async function ask<T>(call: Promise<Answered<T>>): Promise<T> {
  return (await askTagged(call)).value;
}

/** As `ask`, with what stands in the headers. */
export async function askTagged<T>(call: Promise<Answered<T>>): Promise<Tagged<T>> {
  const { data, error, response } = await call;
  if (!response.ok) throw new ApiError(problemOf(response, error));
  const serverNow = Date.parse(response.headers.get('Date') ?? '') || Date.now();
  return { value: data as T, etag: response.headers.get('ETag'), serverNow };
}

/** For calls whose success says nothing more. */
export async function done(call: Promise<Answered<unknown>>): Promise<void> {
  await askTagged(call);
}

interface CallOptions {
  query?: object;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** A call whose path is put together at run time, so that its types come from the caller. `path` starts after /api/. */
export async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  return (await callTagged<T>(method, path, options)).value;
}

/** As `call`, with what stands in the headers. */
export async function callTagged<T>(method: string, path: string, options: CallOptions = {}): Promise<Tagged<T>> {
  const { query = {}, body, headers = {}, signal } = options;
  const url = new URL(`/api/${path}`, window.location.origin);
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') url.searchParams.set(key, String(value));
  }
  const response = await authorized(
    new Request(url, {
      method,
      headers: body === undefined ? headers : { ...headers, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    }),
  );
  const parsed: unknown = await response.json().catch(() => undefined);
  return askTagged(Promise.resolve({ data: parsed as T, error: parsed, response }));
}

/** A file, which the description of the API does not type. With a body it is asked for by POST. */
export async function askFile(path: string, body?: unknown): Promise<Blob> {
  const asked = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const headers: Record<string, string> = body === undefined ? {} : { 'Content-Type': 'application/json' };
  const response = await authorized(new Request(new URL(path, window.location.origin), { ...asked, headers }));
  if (!response.ok) throw new ApiError(problemOf(response, await response.json().catch(() => null)));
  return response.blob();
}

/** Bytes to or from an address, which the description of the API does not type. `path` starts after /api/. */
export async function callBytes(
  method: 'GET' | 'PUT',
  path: string,
  headers: Record<string, string>,
  body?: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const typed = body ? { ...headers, 'Content-Type': 'application/octet-stream' } : headers;
  const url = new URL(`/api/${path}`, window.location.origin);
  const response = await authorized(new Request(url, { method, headers: typed, ...(body ? { body } : {}) }));
  if (!response.ok) throw new ApiError(problemOf(response, await response.json().catch(() => null)));
  return new Uint8Array(await response.arrayBuffer());
}

/** Sends a request as whoever is signed in; what needs a new proof of who they are is sent again after it. */
async function authorized(request: Request): Promise<Response> {
  const again = accessToken() ? request.clone() : null;
  const response = await renewing(request);
  return again && (await steppedUp(response)) ? renewing(again) : response;
}

/** Sends a request; a token that has run out is renewed once on the way. */
async function renewing(request: Request): Promise<Response> {
  const token = accessToken();
  const again = token ? request.clone() : null;
  const response = await send(request, token);
  if (response.status !== 401 || !again) return response;
  const renewedMeanwhile = accessToken() !== null && accessToken() !== token;
  return renewedMeanwhile || (await refreshSession()) ? send(again, accessToken()) : response;
}

/** Sends a request; one that is refused until some work is done is sent again with the work done. */
async function send(request: Request, token: string | null): Promise<Response> {
  const again = request.method === 'POST' ? request.clone() : null;
  const response = await sendOnce(request, token);
  if (response.status !== 428 || !again) return response;
  const proof = await proofFor(response.clone());
  if (proof === null) return response;
  again.headers.set(PROOF_HEADER, proof);
  return sendOnce(again, token);
}

async function sendOnce(request: Request, token: string | null): Promise<Response> {
  // A header that another site's form cannot send; the server asks for it where a cookie counts.
  request.headers.set('X-OpenVisit', '1');
  if (token) request.headers.set('Authorization', `Bearer ${token}`);
  try {
    return await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError({ title: 'No answer', status: 0, code: NO_NETWORK });
  }
}

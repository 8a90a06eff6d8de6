import { type Bytes, concat, decryptChunk, encryptChunk, fileKey, fromBase64url, newFileKey, toBase64url } from '@/lib/e2e';
import type { ChatCalls } from '@/api/chats';

/** A file as its message tells of it. `key` opens it; the server never sees it. */
export interface FileNote {
  id: string;
  name: string;
  kind: string;
  size: number;
  key: string;
}

/** What is said in one message. */
export interface Content {
  text: string;
  files: FileNote[];
}

/** How many bytes of a file are encrypted together; the server asks for exactly these. */
const CHUNK = 256 * 1024;
const LONGEST_TEXT = 16_000;
const LONGEST_NAME = 120;

/** Reads what came out of a message: it was written by somebody else's browser. Null when it is no message. */
export function readContent(said: unknown): Content | null {
  if (said === null || typeof said !== 'object') return null;
  const { text, files } = said as { text?: unknown; files?: unknown };
  if (typeof text !== 'string' || text.length > LONGEST_TEXT) return null;
  const listed = Array.isArray(files) ? files : [];
  const notes = listed.filter(isNote).map((note) => ({ ...note, name: safeName(note.name) }));
  return { text, files: notes };
}

function isNote(one: unknown): one is FileNote {
  if (one === null || typeof one !== 'object') return false;
  const { id, name, kind, size, key } = one as Record<string, unknown>;
  return [id, name, kind, key].every((part) => typeof part === 'string') && typeof size === 'number';
}

/** A name that stays in its folder and shows what it is: no paths, no control or turning characters. */
export function safeName(name: string): string {
  const plain = name
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .replace(/[/\\:*?"<>|]/gu, '_')
    .replace(/^[.\s]+/u, '')
    .trim();
  if (plain.length <= LONGEST_NAME) return plain || 'file';
  const dot = plain.lastIndexOf('.');
  const ending = dot > 0 && plain.length - dot <= 10 ? plain.slice(dot) : '';
  return plain.slice(0, LONGEST_NAME - ending.length) + ending;
}

const BEGINS: Record<string, number[][]> = {
  'image/jpeg': [[0xff, 0xd8, 0xff]],
  'image/png': [[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  'image/gif': [
    [0x47, 0x49, 0x46, 0x38, 0x37, 0x61],
    [0x47, 0x49, 0x46, 0x38, 0x39, 0x61],
  ],
  'image/webp': [[0x52, 0x49, 0x46, 0x46]],
  'application/pdf': [[0x25, 0x50, 0x44, 0x46, 0x2d]],
};

/** Whether the bytes begin as files of that kind do. Text has no beginning of its own, but never a zero. */
export function looksLike(kind: string, bytes: Uint8Array): boolean {
  const begins = BEGINS[kind];
  if (begins) return begins.some((begin) => begin.every((byte, at) => bytes[at] === byte));
  return kind.startsWith('text/') && !bytes.subarray(0, 4096).includes(0);
}

/** A file on its way: where its parts go, and the key that its message will tell. */
export interface Upload {
  id: string;
  key: string;
}

/** Begins to send a file. */
export async function beginUpload(calls: ChatCalls, file: Blob): Promise<Upload> {
  const { raw } = await newFileKey();
  const { id } = await calls.beginFile(file.type, file.size);
  return { id, key: toBase64url(raw) };
}

/** Sends the parts that have not arrived. */
export async function sendParts(calls: ChatCalls, upload: Upload, file: Blob): Promise<void> {
  const key = await fileKey(fromBase64url(upload.key));
  const { chunks, arrived } = await calls.file(upload.id);
  for (let index = 0; index < chunks; index += 1) {
    if (arrived.includes(index)) continue;
    const chunk = new Uint8Array(await file.slice(index * CHUNK, (index + 1) * CHUNK).arrayBuffer());
    const place = { purpose: 'file-chunk' as const, of: upload.id, index, last: index === chunks - 1 };
    await calls.putPart(upload.id, index, await encryptChunk(key, chunk, place));
  }
}

/** Where the parts of files come from. */
export interface FileParts {
  getPart: (file: string, number: number) => Promise<Bytes>;
}

/** The file is not what its message says. */
export class NotAsSaid extends Error {}

/** Fetches and opens a file. Throws NotAsSaid when its content is of another kind or length. */
export async function openFile(calls: FileParts, note: FileNote): Promise<Blob> {
  const key = await fileKey(fromBase64url(note.key));
  const chunks = Math.ceil(note.size / CHUNK);
  const parts: Bytes[] = [];
  for (let index = 0; index < chunks; index += 1) {
    const place = { purpose: 'file-chunk' as const, of: note.id, index, last: index === chunks - 1 };
    parts.push(await decryptChunk(key, await calls.getPart(note.id, index), place));
  }
  const bytes = concat(...parts);
  if (bytes.length !== note.size || !looksLike(note.kind, bytes)) throw new NotAsSaid();
  return new Blob([bytes], { type: note.kind });
}

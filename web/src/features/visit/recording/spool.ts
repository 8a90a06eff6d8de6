/**
 * Encrypted pieces of recordings that the server has not acknowledged yet, in IndexedDB: they outlive a reload. The key
 * beside them is one that no script can read.
 */
export interface Spooled {
  id: string;
  roomId: string;
  key: CryptoKey;
  /** How many pieces were made. */
  made: number;
  /** Whether the last piece was made. */
  closed: boolean;
}

export interface Piece {
  recordingId: string;
  number: number;
  content: Uint8Array<ArrayBuffer>;
  last: boolean;
}

const NAME = 'openvisit-recordings';
let opened: Promise<IDBDatabase> | null = null;

/** Keeps what is known of a recording. */
export async function keepRecording(recording: Spooled): Promise<void> {
  await run('recordings', 'readwrite', (store) => store.put(recording, recording.id));
}

/** Every recording of which something may not have arrived. */
export async function spooled(): Promise<Spooled[]> {
  return (await run('recordings', 'readonly', (store) => store.getAll())) as Spooled[];
}

/** Keeps a piece, and with it how many there are, in one transaction. */
export async function keepPiece(recording: Spooled, piece: Piece): Promise<void> {
  const database = await open();
  await new Promise<void>((resolve, reject) => {
    const transaction = database.transaction(['recordings', 'pieces'], 'readwrite');
    transaction.objectStore('pieces').put(piece, [piece.recordingId, piece.number]);
    transaction.objectStore('recordings').put(recording, recording.id);
    transaction.addEventListener('complete', () => resolve());
    transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('not kept')));
  });
}

/** The piece of that number; undefined when it is not here. */
export async function pieceOf(recordingId: string, number: number): Promise<Piece | undefined> {
  return (await run('pieces', 'readonly', (store) => store.get([recordingId, number]))) as Piece | undefined;
}

/** Forgets the pieces before that number, which have arrived. */
export async function forgetBefore(recordingId: string, number: number): Promise<void> {
  if (number <= 0) return;
  await run('pieces', 'readwrite', (store) => store.delete(IDBKeyRange.bound([recordingId, 0], [recordingId, number - 1])));
}

/** Forgets the pieces from that number on, which must not be sent any more. */
export async function forgetFrom(recordingId: string, number: number): Promise<void> {
  await run('pieces', 'readwrite', (store) => store.delete(IDBKeyRange.bound([recordingId, number], [recordingId, Infinity])));
}

/** Forgets a recording and all that is here of it. */
export async function forgetRecording(recordingId: string): Promise<void> {
  await forgetFrom(recordingId, 0);
  await run('recordings', 'readwrite', (store) => store.delete(recordingId));
}

async function run<T>(
  name: 'recordings' | 'pieces',
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(name, mode);
    const request = ask(transaction.objectStore(name));
    transaction.addEventListener('complete', () => resolve(request.result));
    transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('not kept')));
  });
}

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.addEventListener('upgradeneeded', () => {
      request.result.createObjectStore('recordings');
      request.result.createObjectStore('pieces');
    });
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => {
      opened = null;
      reject(request.error ?? new Error('no IndexedDB'));
    });
  });
  return opened;
}

/**
 * What the browser itself keeps of end-to-end encryption, in IndexedDB: keys that no script can read, whom one has met,
 * what is not sent yet.
 */
const NAME = 'openvisit-e2e';
const STORES = ['identities', 'pins', 'outbox', 'drafts', 'local'] as const;

export type Store = (typeof STORES)[number];

let opened: Promise<IDBDatabase> | null = null;

/** The value at a key; undefined when there is none. */
export async function kept<T>(store: Store, key: string): Promise<T | undefined> {
  return (await run(store, 'readonly', (at) => at.get(key))) as T | undefined;
}

/** Every value of a store, by key. */
export async function allKept<T>(store: Store): Promise<T[]> {
  return (await run(store, 'readonly', (at) => at.getAll())) as T[];
}

/** Keeps a value until the person signs out. */
export async function keep(store: Store, key: string, value: unknown): Promise<void> {
  await run(store, 'readwrite', (at) => at.put(value, key));
}

/** Forgets a value. */
export async function forget(store: Store, key: string): Promise<void> {
  await run(store, 'readwrite', (at) => at.delete(key));
}

/** Forgets everything that could be read by the next person at this device; whose keys were whose is remembered. */
export async function forgetAll(): Promise<void> {
  for (const store of STORES) {
    if (store !== 'pins') await run(store, 'readwrite', (at) => at.clear());
  }
}

async function run<T>(
  store: Store,
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, mode);
    const request = ask(transaction.objectStore(store));
    // Written is what is committed, not what was asked for.
    transaction.addEventListener('complete', () => resolve(request.result));
    const failed = () => reject(transaction.error ?? request.error ?? new Error('not kept'));
    transaction.addEventListener('abort', failed);
    transaction.addEventListener('error', failed);
  });
}

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.addEventListener('upgradeneeded', () => {
      for (const store of STORES) request.result.createObjectStore(store);
    });
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => {
      opened = null;
      reject(request.error ?? new Error('no IndexedDB'));
    });
  });
  return opened;
}

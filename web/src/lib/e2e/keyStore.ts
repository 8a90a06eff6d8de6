const NAME = 'openvisit-keys';
const STORES = ['signing', 'pins'] as const;

type Store = (typeof STORES)[number];

/** What this browser keeps under a name; undefined when it keeps nothing there. */
export async function kept(store: Store, name: string): Promise<unknown> {
  return inside(store, 'readonly', (held) => held.get(name) as IDBRequest<unknown>);
}

/** Keeps a value, which may be a key that no script can read. */
export async function keep(store: Store, name: string, value: unknown): Promise<void> {
  await inside(store, 'readwrite', (held) => held.put(value, name));
}

/** Keeps nothing there any more. */
export async function forget(store: Store, name: string): Promise<void> {
  await inside(store, 'readwrite', (held) => held.delete(name));
}

async function inside<T>(
  store: Store,
  mode: IDBTransactionMode,
  act: (held: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await opened();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(store, mode);
      const request = act(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? new Error('not kept'));
    });
  } finally {
    database.close();
  }
}

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      for (const store of STORES) request.result.createObjectStore(store);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('no database'));
  });
}

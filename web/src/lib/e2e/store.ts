/** A database of this browser's own (IndexedDB): values by key, among them keys that no script can read. */
export interface Database<Store extends string> {
  /** The value at a key; undefined when there is none. */
  kept: <T>(store: Store, key: string) => Promise<T | undefined>;
  /** Every value of a store, by key. */
  allKept: <T>(store: Store) => Promise<T[]>;
  keep: (store: Store, key: string, value: unknown) => Promise<void>;
  forget: (store: Store, key: string) => Promise<void>;
  clear: (store: Store) => Promise<void>;
}

/** The database of that name; made when it is first used. Its calls reject where the browser keeps nothing. */
export function database<Store extends string>(name: string, stores: readonly Store[]): Database<Store> {
  let opened: Promise<IDBDatabase> | null = null;

  function open(): Promise<IDBDatabase> {
    opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(name, 1);
      request.addEventListener('upgradeneeded', () => {
        for (const store of stores) request.result.createObjectStore(store);
      });
      request.addEventListener('success', () => resolve(request.result));
      request.addEventListener('error', () => {
        opened = null;
        reject(request.error ?? new Error('no IndexedDB'));
      });
    });
    return opened;
  }

  async function run<T>(
    store: Store,
    mode: IDBTransactionMode,
    ask: (store: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T> {
    const held = await open();
    return new Promise((resolve, reject) => {
      const transaction = held.transaction(store, mode);
      const request = ask(transaction.objectStore(store));
      // Written is what is committed, not what was asked for.
      transaction.addEventListener('complete', () => resolve(request.result));
      const failed = () => reject(transaction.error ?? request.error ?? new Error('not kept'));
      transaction.addEventListener('abort', failed);
      transaction.addEventListener('error', failed);
    });
  }

  return {
    kept: async <T>(store: Store, key: string) => (await run(store, 'readonly', (at) => at.get(key))) as T | undefined,
    allKept: async <T>(store: Store) => (await run(store, 'readonly', (at) => at.getAll())) as T[],
    keep: async (store, key, value) => {
      await run(store, 'readwrite', (at) => at.put(value, key));
    },
    forget: async (store, key) => {
      await run(store, 'readwrite', (at) => at.delete(key));
    },
    clear: async (store) => {
      await run(store, 'readwrite', (at) => at.clear());
    },
  };
}

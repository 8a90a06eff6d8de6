/** A database of this browser's own (IndexedDB): values by key, among them keys that no script can read. */
export interface Database<Store extends string> {
  /** The value at a key; undefined when there is none. */
  kept: <T>(store: Store, key: IDBValidKey) => Promise<T | undefined>;
  /** Every value of a store, by key. */
  allKept: <T>(store: Store) => Promise<T[]>;
  keep: (store: Store, key: IDBValidKey, value: unknown) => Promise<void>;
  /** Forgets what is at a key, or at a range of them. */
  forget: (store: Store, key: IDBValidKey | IDBKeyRange) => Promise<void>;
  clear: (store: Store) => Promise<void>;
  /** Several changes, all or none. */
  change: (stores: readonly Store[], change: (at: (store: Store) => IDBObjectStore) => void) => Promise<void>;
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
    used: readonly Store[],
    mode: IDBTransactionMode,
    ask: (at: (store: Store) => IDBObjectStore) => T,
  ): Promise<T> {
    const held = await open();
    return new Promise((resolve, reject) => {
      const transaction = held.transaction(used, mode);
      const asked = ask((store) => transaction.objectStore(store));
      // Written is what is committed, not what was asked for.
      transaction.addEventListener('complete', () => resolve(asked));
      const failed = () => reject(transaction.error ?? new Error('not kept'));
      transaction.addEventListener('abort', failed);
      transaction.addEventListener('error', failed);
    });
  }

  const change: Database<Store>['change'] = (used, make) => run(used, 'readwrite', make);

  return {
    kept: async <T>(store: Store, key: IDBValidKey) =>
      (await run([store], 'readonly', (at) => at(store).get(key))).result as T | undefined,
    allKept: async <T>(store: Store) => (await run([store], 'readonly', (at) => at(store).getAll())).result as T[],
    keep: (store, key, value) => change([store], (at) => void at(store).put(value, key)),
    forget: (store, key) => change([store], (at) => void at(store).delete(key)),
    clear: (store) => change([store], (at) => void at(store).clear()),
    change,
  };
}

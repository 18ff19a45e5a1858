/** Something to watch: the two functions `useSyncExternalStore` and its like in other frameworks ask for. */
export interface Readable<T> {
  /** Calls `listener` after each change, until the returned function is called. */
  readonly subscribe: (listener: () => void) => () => void;
  /** The present value: immutable, and the same object until it changes. */
  readonly getSnapshot: () => T;
}

export interface Store<T> extends Readable<T> {
  readonly set: (value: T) => void;
}

export function createStore<T>(initial: T): Store<T> {
  const listeners = new Set<() => void>();
  let snapshot = initial;
  return {
    subscribe(listener) {
      // An identity of its own for each subscription, so that one function may be subscribed twice.
      const own = () => listener();
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    getSnapshot: () => snapshot,
    set(value) {
      snapshot = value;
      for (const listener of listeners) listener();
    },
  };
}

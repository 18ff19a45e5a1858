/** One's part in the audio context of the page. */
export interface SharedAudioContext {
  readonly context: AudioContext;
  /** The context closes when all have let go. May be called again. */
  release(): void;
}

let shared: { readonly context: AudioContext; users: number } | undefined;

/** Browsers allow few audio contexts, and each costs a thread. */
export function shareAudioContext(create: () => AudioContext): SharedAudioContext {
  shared ??= { context: create(), users: 0 };
  const own = shared;
  own.users += 1;
  // One that was made before the first gesture stands still until it is told to go on.
  if (own.context.state !== "running") void own.context.resume().catch(() => {});
  let isReleased = false;
  return {
    context: own.context,
    release() {
      if (isReleased) return;
      isReleased = true;
      own.users -= 1;
      if (own.users > 0) return;
      if (shared === own) shared = undefined;
      void own.context.close().catch(() => {});
    },
  };
}

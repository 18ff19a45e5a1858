import type { AttachResult, RawAttachResult, Upstream } from "./upstream.ts";
import type { UpstreamPool } from "./upstream-pool.ts";

/**
 * A tenant's upstream, whose service and keys may change while calls run. A call is made at the first of `servers`. What is
 * done with one that runs is done there too, and where that service does not know it, or does not take the key, at the next:
 * a key that was replaced may have been revoked at once, and the one in its place may be another project's.
 */
export function tenantUpstream<Server>(
  servers: () => readonly [Server, ...Server[]],
  pool: UpstreamPool<Server>,
): Upstream {
  const shape = pool.take(servers()[0]);
  shape.giveBack();

  const leaseFor = async <T>(server: Server, work: (upstream: Upstream) => Promise<T>): Promise<T> => {
    const { upstream, giveBack } = pool.take(server);
    return work(upstream).finally(giveBack);
  };
  const attachTo = async <R extends AttachResult | RawAttachResult>(
    attach: (upstream: Upstream) => Promise<R>,
  ): Promise<R> => {
    const [first, ...others] = servers();
    const result = await leaseFor(first, attach);
    let reached = result;
    for (const server of others) {
      if (reached.ok) return reached;
      reached = await leaseFor(server, attach);
    }
    // Where the first one could not be reached, that the others do not know the call says nothing.
    return reached.ok ? reached : result;
  };

  return {
    ...shape.upstream,
    createCall(create) {
      const { upstream, giveBack } = pool.take(servers()[0]);
      const creation = upstream.createCall(create);
      void creation.call.then(giveBack, giveBack);
      return creation;
    },
    async hangUp(callId) {
      let failure: unknown;
      for (const server of servers()) {
        try {
          const end = await leaseFor(server, (upstream) => upstream.hangUp(callId));
          if (end.wasKnown !== false) return end;
        } catch (error) {
          failure ??= error;
        }
      }
      if (failure !== undefined) throw failure;
      return { wasKnown: false };
    },
    attach: (callId, onEvent) => attachTo((upstream) => upstream.attach(callId, onEvent)),
    attachRaw: (callId, listener) => attachTo((upstream) => upstream.attachRaw(callId, listener)),
    // The pool closes what is open.
    close: () => Promise.resolve(),
  };
}

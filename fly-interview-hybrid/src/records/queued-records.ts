import type { CallState, Records, RunningRecord } from "./records.ts";
import type { WriteQueue } from "./write-queue.ts";

/** Everything that names a session or a call of its own, apart from what is said. */
const SMALL = "all";
const SAID = "all but the reserve";

/**
 * The records as the rules see them: what happens while an interview runs is written now, or as soon as the records are
 * back, and nothing is read that is older than what was written. All that cannot wait throws RECORDS_UNAVAILABLE where
 * they are away. `onCall` hears what became of each call.
 */
export function queueWrites(records: Records, queue: WriteQueue, onCall: (state: CallState) => void): Records {
  const updateSession = queue.writer({
    name: "updateSession",
    room: SMALL,
    perform: (args: Parameters<Records["updateSession"]>) => records.updateSession(...args),
  });
  const updateCall = queue.writer({
    name: "updateCall",
    room: SMALL,
    perform: (args: Parameters<Records["updateCall"]>) => records.updateCall(...args),
  });
  const keepCallId = queue.writer({
    name: "keepCallId",
    room: SMALL,
    perform: (args: Parameters<Records["keepCallId"]>) => records.keepCallId(...args),
  });
  const endCall = queue.writer({
    name: "endCall",
    room: SMALL,
    perform: (args: Parameters<Records["endCall"]>) => records.endCall(...args),
  });
  const insertCallItem = queue.writer({
    name: "insertCallItem",
    room: SAID,
    perform: (item: Parameters<Records["insertCallItem"]>[0]) => records.insertCallItem(item),
  });
  const putUsage = queue.writer({
    name: "putUsage",
    room: SAID,
    perform: (args: Parameters<Records["putUsage"]>) => records.putUsage(...args),
  });
  const insertMark = queue.writer({
    name: "insertMark",
    room: SAID,
    perform: (mark: Parameters<Records["insertMark"]>[0]) => records.insertMark(mark),
  });

  const noteWarning = queue.writer({
    name: "noteWarning",
    room: SAID,
    perform: (warning: Parameters<Records["noteWarning"]>[0]) => records.noteWarning(warning),
  });

  /** Claimed, and not handed out yet: what fails in between must not leave them to nobody. */
  let claimed: RunningRecord[] = [];

  return {
    updateSession: async (id, change) => void (await updateSession(id, [id, change])),
    async updateCall(id, change) {
      // A call whose id is nowhere but in this process could not be hung up after a crash: it is not begun then.
      if (change.state === "live") await queue.now(() => records.updateCall(id, change));
      else await updateCall(id, [id, change]);
      if (change.state !== undefined) onCall(change.state);
    },
    keepCallId: async (id, upstreamCallId) => void (await keepCallId(id, [id, upstreamCallId])),
    async endCall(id, end) {
      await endCall(id, [id, end]);
      onCall(end.state);
    },
    insertCallItem: async (item) => void (await insertCallItem(item.callId, item)),
    putUsage: async (callId, usage) => void (await putUsage(callId, [callId, usage])),
    // In the lane of its session, so that a violation is told before the end that it brings.
    insertMark: async (mark) => void (await insertMark(mark.sessionId, mark)),
    noteWarning: async (warning) => void (await noteWarning(warning.sessionId, warning)),

    insertSession: (session) => queue.now(() => records.insertSession(session)),
    insertRunning: (...args) => queue.now(() => records.insertRunning(...args)),
    startSession: (...args) => queue.now(() => records.startSession(...args)),
    findSession: (id) => queue.now(() => records.findSession(id)),
    findByName: (...args) => queue.now(() => records.findByName(...args)),
    listSessions: (filter) => queue.now(() => records.listSessions(filter)),
    runningSessions: () => queue.now(() => records.runningSessions()),
    insertCall: (call) => queue.now(() => records.insertCall(call)),
    findCall: (id) => queue.now(() => records.findCall(id)),
    callsOf: (sessionId) => queue.now(() => records.callsOf(sessionId)),
    unfinishedCalls: () => queue.now(() => records.unfinishedCalls()),
    strayCalls: () => queue.now(() => records.strayCalls()),
    countOrphans: () => queue.now(() => records.countOrphans()),
    callItems: (callId) => queue.now(() => records.callItems(callId)),
    async usageOfCall(callId) {
      await queue.settled();
      return queue.now(() => records.usageOfCall(callId));
    },
    async usageOfSession(sessionId) {
      // The last report of a call that was replaced may be on its way.
      await queue.settled();
      return queue.now(() => records.usageOfSession(sessionId));
    },
    usageOfTenant: (...args) => queue.now(() => records.usageOfTenant(...args)),
    marksOf: (sessionId) => queue.now(() => records.marksOf(sessionId)),
    insertTurn: (turn) => records.insertTurn(turn),
    turnsOf: (sessionId) => queue.now(() => records.turnsOf(sessionId)),
    lastTurnOf: (sessionId) => records.lastTurnOf(sessionId),
    eraseWords: (sessionId) => queue.now(() => records.eraseWords(sessionId)),
    insertSeal: (seal) => queue.now(() => records.insertSeal(seal)),
    findSeal: (sessionId) => queue.now(() => records.findSeal(sessionId)),
    keepSecret: (...args) => queue.now(() => records.keepSecret(...args)),
    spendTicket: (...args) => queue.now(() => records.spendTicket(...args)),
    isTicketSpent: (id) => queue.now(() => records.isTicketSpent(id)),
    insertInvitation: (invitation) => queue.now(() => records.insertInvitation(invitation)),
    findInvitation: (key) => queue.now(() => records.findInvitation(key)),
    listInvitations: (filter) => queue.now(() => records.listInvitations(filter)),
    revokeInvitation: (...args) => queue.now(() => records.revokeInvitation(...args)),
    redeemInvitation: (...args) => queue.now(() => records.redeemInvitation(...args)),
    // What is queued here is written first, though it would lose its words later too.
    eraseInvitations: (...args) => queue.now(() => records.eraseInvitations(...args)),
    eraseSessions: (...args) => queue.now(() => records.eraseSessions(...args)),
    eraseOlder: (...args) => queue.now(() => records.eraseOlder(...args)),
    beat: (self) => records.beat(self),
    bury: (machine) => records.bury(machine),
    // What this process still has to write is refused afterwards.
    leave: () => queue.now(() => records.leave()),
    async claimUnowned(limit) {
      if (claimed.length === 0) claimed = [...(await records.claimUnowned(limit))];
      if (claimed.length > 0 && queue.size > 0) {
        // What an earlier process here could not write may be of these sessions, their ends among it.
        await queue.drain();
        const current = await Promise.all(claimed.map(({ id }) => records.findSession(id)));
        claimed = claimed.filter((_record, index) => current[index]?.endedAt === null);
      }
      return claimed.splice(0);
    },
    claimOverdue: (...args) => queue.now(() => records.claimOverdue(...args)),
    // Nobody but this process has what is queued here.
    bequeath: (...args) => queue.now(() => records.bequeath(...args)),
    offeredSessions: () => queue.now(() => records.offeredSessions()),
    inherit: (id) => queue.now(() => records.inherit(id)),
    tenantsSince: (revision) => queue.now(() => records.tenantsSince(revision)),
    saveTenant: (...args) => queue.now(() => records.saveTenant(...args)),
    eraseSessionsOf: (tenant) => queue.now(() => records.eraseSessionsOf(tenant)),
    noteAct: (act) => queue.now(() => records.noteAct(act)),
    acts: (filter) => queue.now(() => records.acts(filter)),
    of(tenant) {
      const scope = records.of(tenant);
      return {
        findSession: (id) => queue.now(() => scope.findSession(id)),
        findByName: (...args) => queue.now(() => scope.findByName(...args)),
        listSessions: (filter) => queue.now(() => scope.listSessions(filter)),
        watchedSessions: (limit) => queue.now(() => scope.watchedSessions(limit)),
        callsOf: (sessionId) => queue.now(() => scope.callsOf(sessionId)),
        findCall: (id) => queue.now(() => scope.findCall(id)),
        marksOf: (sessionId) => queue.now(() => scope.marksOf(sessionId)),
        turnsOf: (sessionId) => queue.now(() => scope.turnsOf(sessionId)),
        async usageOfCall(callId) {
          await queue.settled();
          return queue.now(() => scope.usageOfCall(callId));
        },
        usageSince: (since) => queue.now(() => scope.usageSince(since)),
        spentSince: (...args) => queue.now(() => scope.spentSince(...args)),
        eraseWords: (sessionId) => queue.now(() => scope.eraseWords(sessionId)),
      };
    },
    // What is queued here brings events of its own later; those that are there already need not wait for it.
    claimDeliveries: (claim) => records.claimDeliveries(claim),
    finishDelivery: (delivery) => records.finishDelivery(delivery),
    postponeDelivery: (...args) => records.postponeDelivery(...args),
    giveUpDelivery: (...args) => records.giveUpDelivery(...args),
    giveUpExpired: (now) => records.giveUpExpired(now),
    forgetDeadLetters: (givenUpBefore) => records.forgetDeadLetters(givenUpBefore),
    oldestDelivery: () => records.oldestDelivery(),
    deadLetters: (filter) => queue.now(() => records.deadLetters(filter)),
    resendDeadLetter: (...args) => queue.now(() => records.resendDeadLetter(...args)),
    check: () => queue.now(() => records.check()),
    async close() {
      await queue.close();
      await records.close();
    },
  };
}

import { PROTOCOL_VERSION } from "@interview-proxy/protocol";
import { networkKey } from "../../auth/admission.ts";
import { readCredentials, readResumeToken } from "../../auth/credentials.ts";
import type { Principal } from "../../auth/principal.ts";
import { SIMULATION_TENANT } from "../../auth/principal.ts";
import { ProxyError, toProxyError } from "../../errors.ts";
import { noteAnswer } from "../arrival.ts";
import { clientAddresses } from "../client-address.ts";
import { admitAddressOf, admitCaller, redeemPass, requireOrigin } from "../http/callers.ts";
import { toBody } from "../http/errors.ts";
import type { RepeatedRefusals } from "../http/repeated-refusals.ts";
import { setSecurityHeaders } from "../http/security-headers.ts";
import { writeRefusal } from "../http/send-refusal.ts";
import { hasIceServers } from "../../sessions/opening/ice-servers.ts";
import type { DoorNeeds } from "../needs.ts";
import { replayElsewhere } from "../relay/fly-replay.ts";
import { RELAY_HEADER } from "../relay/relay-header.ts";
import { reportError } from "../report-error.ts";
import type { Upgrade, Upgrades } from "../upgrades.ts";
import { Connection, turnAway } from "./connection.ts";
import { dataChannelOf } from "./data-channel.ts";
import { MessageBudgets } from "./message-budgets.ts";
import { SocketArrival } from "./socket-arrival.ts";
import { TenantShares } from "./tenant-shares.ts";

/** Beside a page, `/` is a socket, by the kind of request. */
const PATHS = ["/", "/ws"];

/** So many that come too often are told so on their socket, until they may come again; more than that are none that listen. */
const MAX_TOLD = 8;

/** Outcome of the checks at the upgrade. */
type Admission = Admitted | { readonly refusal: ProxyError };

interface Admitted {
  readonly principal: Principal;
  /** Another machine has let the client in, and talks in its place. */
  readonly isRelayed: boolean;
}

/**
 * The WebSocket door. Who may not enter is upgraded all the same, told why and closed, because a browser cannot see the
 * status of a failed upgrade; nothing such a client sends is parsed.
 */
export function openSocketDoor(upgrades: Upgrades, repeatedRefusals: RepeatedRefusals, needs: DoorNeeds): void {
  const { config, log } = needs;
  const budgets = new MessageBudgets(config.MESSAGES_PER_SECOND, needs.clock);
  const shares = new TenantShares(needs.tenants, config.MAX_CONNECTIONS);
  const addressOf = clientAddresses(config);
  const iceServers = hasIceServers(config) ? "with_session" : "none";
  for (const path of PATHS) {
    upgrades.serve(path, (upgrade, target) => {
      const arrival = new SocketArrival(upgrade.request, target, addressOf(upgrade.request));
      receive(upgrade, arrival).catch((thrown: unknown) => {
        reportError(log, toProxyError(thrown), arrival.id);
        upgrade.socket.destroy();
      });
    });
  }

  async function receive(upgrade: Upgrade, arrival: SocketArrival): Promise<void> {
    const { response } = upgrade;
    response.once("finish", () => noteAnswer(log, arrival, response.statusCode));
    if (repeatedRefusals.answer(arrival, response)) return;
    try {
      await replayElsewhere(arrival, { header: (name, value) => response.setHeader(name, value) }, needs);
    } catch (thrown) {
      const error = toProxyError(thrown);
      reportError(log, error, arrival.id);
      setSecurityHeaders(response);
      return writeRefusal(response, error, { requestId: arrival.id, bodyOf: toBody });
    }
    const openSockets = upgrades.size;
    arrival.connect = needs.watchConnect({ step: "auth", requestId: arrival.id });
    const admission = await admit(arrival, openSockets, needs);
    if ("refusal" in admission) {
      setSecurityHeaders(response);
      repeatedRefusals.remember(arrival, admission.refusal, { reply: response, bodyOf: toBody, toTell: MAX_TOLD });
    }
    arrival.connect.enter("client");
    open(upgrade, arrival, admission);
  }

  function open(upgrade: Upgrade, arrival: SocketArrival, admission: Admission): void {
    const { connect, id: requestId, ip } = arrival;
    upgrades.accept(upgrade, (socket) => {
      noteAnswer(log, arrival, 101);
      const refuse = (error: ProxyError): void => {
        connect?.fail(error.code);
        turnAway(socket, error, log);
      };
      if ("refusal" in admission) return refuse(admission.refusal);
      const { principal, isRelayed } = admission;
      if (!shares.take(principal.tenant)) return refuse(new ProxyError("CONNECTION_LIMIT"));
      const budget = budgets.open(isRelayed ? undefined : networkKey(ip));
      const connection = new Connection(socket, { ...admission, connect, requestId, budget, shares }, needs);
      // The machine that let the client in has welcomed it.
      if (isRelayed) return;
      connection.send({
        type: "welcome",
        protocol: PROTOCOL_VERSION,
        simulation: config.SIMULATION_MODE || principal.tenant === SIMULATION_TENANT,
        iceServers,
        dataChannel: dataChannelOf(needs.tenants.of(principal.tenant).config),
      });
    });
  }
}

async function admit(arrival: SocketArrival, openSockets: number, needs: DoorNeeds): Promise<Admission> {
  try {
    if (openSockets >= needs.config.MAX_CONNECTIONS) throw new ProxyError("CONNECTION_LIMIT");
    const pass = arrival.headers[RELAY_HEADER];
    if (pass !== undefined) return await admitRelayed(arrival, pass, needs);
    await admitAddressOf(arrival, needs);
    if (!needs.isOriginAllowed(arrival.headers.origin, arrival.headers.host))
      throw new ProxyError("ORIGIN_NOT_ALLOWED");
    const principal = await principalOf(arrival, needs);
    requireOrigin(arrival, principal, needs);
    if (!principal.scopes.has("interview")) throw new ProxyError("FORBIDDEN");
    await admitCaller(arrival, principal, needs);
    return { principal, isRelayed: false };
  } catch (error) {
    return { refusal: toProxyError(error) };
  }
}

/** A line of another machine: it has let in the client, and counted it. */
async function admitRelayed(arrival: SocketArrival, pass: string | string[], needs: DoorNeeds): Promise<Admitted> {
  const credential = await redeemPass(arrival, pass, needs);
  if (!("principal" in credential)) throw new ProxyError("UNAUTHENTICATED");
  return { principal: credential.principal, isRelayed: true };
}

/** The resume token opens the socket of its own session; anything else must say who is calling. */
async function principalOf(arrival: SocketArrival, { authenticate, sessions }: DoorNeeds): Promise<Principal> {
  const resumeToken = readResumeToken(arrival);
  if (resumeToken !== undefined) return sessions.principalOf(resumeToken);
  return authenticate(readCredentials(arrival), { simulationDoor: true });
}

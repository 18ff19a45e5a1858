import type { SpokenTurn } from "./interview-of.ts";

/** The transcript of a session as a proxy of this machine has it in its records. */
export async function keptTranscript(port: number, sessionId: string, token: string): Promise<readonly SpokenTurn[]> {
  const url = `http://127.0.0.1:${port}/api/sessions/${sessionId}/transcript`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  return ((await response.json()) as { turns: SpokenTurn[] }).turns;
}

import type { MachineRecord, Pulse } from "../../records/machines.ts";

/** How often each machine shows that it lives, in milliseconds. */
export const BEAT_MS = 300;

/**
 * So many beats of ours without one of its: such a machine is dead. Counted in beats of ours that reached the records, not
 * in time, so that no clock has to agree with another, and nobody is dead because the records were away.
 */
const BEATS_UNTIL_DEAD = 4;

/** The machines that share the records, as they showed themselves at our last beat. */
export class Roster {
  #self = "";
  #machines: readonly MachineRecord[] = [];
  /** How many beats of ours each machine has let pass. */
  #missed: ReadonlyMap<string, number> = new Map();

  note({ self, machines }: Pulse): void {
    const before = new Map(this.#machines.map(({ id, beat }) => [id, beat]));
    const missed = machines.map(({ id, beat }): [string, number] => [
      id,
      before.get(id) === beat ? (this.#missed.get(id) ?? 0) + 1 : 0,
    ]);
    this.#self = self;
    this.#machines = machines;
    this.#missed = new Map(missed);
  }

  /** Id of this machine. */
  get self(): string {
    return this.#self;
  }

  /** Machines that live no more. */
  get dead(): readonly MachineRecord[] {
    return this.#machines.filter(({ id }) => this.#isDead(id));
  }

  /** Other machines that live and stay. */
  get heirs(): readonly MachineRecord[] {
    return this.#machines.filter(({ id, draining }) => id !== this.#self && !draining && !this.#isDead(id));
  }

  /** Whether a machine offers its sessions to others. */
  get isAnyDraining(): boolean {
    return this.#machines.some(({ draining }) => draining);
  }

  /** Whether this machine is meant. */
  isSelf(machineId: string | null): boolean {
    return machineId === this.#self;
  }

  /** Whether another machine lives at a base URL. */
  livesAt(address: string): boolean {
    return this.#machines.some((machine) => machine.address === address && this.addressOf(machine.id) === address);
  }

  /** Base URL of another machine, where it lives and can be reached. */
  addressOf(machineId: string): string | undefined {
    const machine = this.#machines.find(({ id }) => id === machineId);
    return machine === undefined || machine.id === this.#self || this.#isDead(machine.id)
      ? undefined
      : (machine.address ?? undefined);
  }

  #isDead(id: string): boolean {
    return (this.#missed.get(id) ?? 0) >= BEATS_UNTIL_DEAD;
  }
}

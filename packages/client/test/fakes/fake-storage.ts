/** A tab's session storage. */
export class FakeStorage {
  readonly items = new Map<string, string>();
  /** As a browser does whose storage is full. */
  refuses = false;

  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    if (this.refuses) throw new DOMException("full", "QuotaExceededError");
    this.items.set(key, value);
  }

  removeItem(key: string): void {
    this.items.delete(key);
  }

  /** What is in it, all together. */
  get text(): string {
    return [...this.items.values()].join();
  }
}

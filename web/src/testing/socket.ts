import type { Topic } from '@/api/live';

/** Stands in for the browser's WebSocket and the server behind it: keeps who follows what, and can announce. */
export class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];

  readyState = 0;
  topics = new Set<string>();

  constructor(readonly url: string) {
    super();
    FakeSocket.all.push(this);
    queueMicrotask(() => {
      this.readyState = FakeSocket.OPEN;
      this.dispatchEvent(new Event('open'));
    });
  }

  send(text: string): void {
    const message = JSON.parse(text) as { type: string; topics?: string[] };
    if (message.type === 'subscribe') message.topics?.forEach((topic) => this.topics.add(topic));
    if (message.type === 'unsubscribe') message.topics?.forEach((topic) => this.topics.delete(topic));
  }

  close(): void {
    this.readyState = 3;
    this.dispatchEvent(new Event('close'));
  }

  /** What the server does after a commit. */
  static announce(topic: Topic): void {
    for (const socket of FakeSocket.all) {
      if (!socket.topics.has(topic) || socket.readyState !== FakeSocket.OPEN) continue;
      socket.dispatchEvent(new MessageEvent('message', { data: JSON.stringify({ type: 'changed', topic }) }));
    }
  }
}

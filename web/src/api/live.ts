import { useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useEffect } from 'react';
import { accessToken, onSession } from '@/api/token';

/** What can be followed. Announcements carry ids only; whoever hears one fetches again what it shows. */
export type Topic = `slots:${string}` | `agenda:${string}` | `clinic:${string}` | 'me';

type Message = { type: 'ready' } | { type: 'subscribed'; topics: Topic[] } | { type: 'changed'; topic: Topic };

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 20_000;
/** The server may forget a connection that stays open with nobody listening; closing it is kinder. */
const LINGER_MS = 5_000;

/** One WebSocket for the whole page; opened with the first follower, closed soon after the last. */
class Live {
  private socket: WebSocket | null = null;
  private followers = new Map<Topic, Set<() => void>>();
  private wait = FIRST_WAIT_MS;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sentToken: string | null = null;
  private wasReady = false;
  private left = false;

  constructor() {
    onSession(() => this.sessionChanged());
    window.addEventListener('online', () => this.reconnectNow());
  }

  follow(topic: Topic, listener: () => void): () => void {
    const listeners = this.followers.get(topic) ?? new Set();
    const first = listeners.size === 0;
    listeners.add(listener);
    this.followers.set(topic, listeners);
    if (first) this.send({ type: 'subscribe', topics: [topic] });
    this.open();
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      this.followers.delete(topic);
      this.send({ type: 'unsubscribe', topics: [topic] });
      if (this.followers.size === 0) this.later(LINGER_MS, () => this.closeIfIdle());
    };
  }

  /** Hears nothing more until the session is another one: the end of a session announces itself to its own page. */
  leave(): void {
    this.left = true;
    clearTimeout(this.timer);
    this.socket?.close();
  }

  private sessionChanged(): void {
    if (this.left) {
      this.left = false;
      this.open();
    }
    this.authenticate();
  }

  private open(): void {
    if (this.left || this.socket || this.followers.size === 0) return;
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${location.host}/api/live`);
    this.socket = socket;
    socket.addEventListener('open', () => this.greet());
    socket.addEventListener('message', (event) => this.hear(event.data));
    socket.addEventListener('close', () => {
      if (this.socket === socket) this.lost();
    });
  }

  private greet(): void {
    this.wait = FIRST_WAIT_MS;
    this.sentToken = null;
    this.authenticate();
    this.send({ type: 'subscribe', topics: [...this.followers.keys()] });
    // What changed while nobody was listening is unknown, so everything followed is fetched again.
    if (this.wasReady) this.followers.forEach((listeners) => listeners.forEach((listener) => listener()));
    this.wasReady = true;
  }

  private authenticate(): void {
    const token = accessToken();
    if (this.socket?.readyState !== WebSocket.OPEN || token === this.sentToken) return;
    if (!token) {
      this.socket.close(); // Signed out: a new connection starts without the old person's topics.
      return;
    }
    this.sentToken = token;
    this.send({ type: 'auth', token });
    if (this.followers.has('me')) this.send({ type: 'subscribe', topics: ['me'] });
  }

  private hear(data: unknown): void {
    if (this.left) return;
    const message = JSON.parse(String(data)) as Message;
    if (message.type === 'changed') this.followers.get(message.topic)?.forEach((listener) => listener());
  }

  private lost(): void {
    this.socket = null;
    this.sentToken = null;
    if (this.left || this.followers.size === 0) return;
    const jitter = 0.5 + Math.random() / 2;
    this.later(this.wait * jitter, () => this.open());
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
  }

  private reconnectNow(): void {
    this.wait = FIRST_WAIT_MS;
    this.open();
  }

  private closeIfIdle(): void {
    if (this.followers.size > 0) return;
    this.wasReady = false;
    this.socket?.close();
  }

  private later(ms: number, work: () => void): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(work, ms);
  }

  private send(message: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }
}

const live = new Live();

/** Before the session is ended from this page: what that changes is not to be fetched again with it. */
export function leaveLive(): void {
  live.leave();
}

/** While the component is shown, fetches these queries again whenever the topic changes. `null` follows nothing. */
export function useLive(topic: Topic | null, ...keys: QueryKey[]): void {
  const client = useQueryClient();
  const written = JSON.stringify(keys);
  useEffect(() => {
    if (!topic) return undefined;
    const affected = JSON.parse(written) as QueryKey[];
    return live.follow(topic, () => {
      affected.forEach((queryKey) => void client.invalidateQueries({ queryKey }));
    });
  }, [topic, written, client]);
}

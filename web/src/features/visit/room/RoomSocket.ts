import { randomUuid } from '@/lib/uuid';
import type { ClientFrame, ServerFrame } from './frames';
import { heard, OVER, type RoomState, START } from './state';

const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 8_000;
/** The server takes a tab that says nothing for half a minute for gone. */
const PING_MS = 10_000;

type Listener<T extends ServerFrame['type']> = (frame: Extract<ServerFrame, { type: T }>) => void;

/**
 * A tab's end of the room's socket. It comes back by itself after the network or the server was away, with the same
 * peer, and is let in again without waiting; what the peers send each other directly is not touched by that.
 */
export class RoomSocket {
  readonly peer: string;
  /** The token of the link that was last used; guests send it with their requests as `Room-Token`. */
  token: string | null = null;
  /** Why the last link was refused, as it was told; null after one that was given. */
  failure: unknown = null;
  private state: RoomState = START;
  private socket: WebSocket | null = null;
  private wait = FIRST_WAIT_MS;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pinging: ReturnType<typeof setInterval> | undefined;
  private takingOver = false;
  private renewed = false;
  private stopped = true;
  private watchers = new Set<() => void>();
  private listeners = new Map<string, Set<(frame: ServerFrame) => void>>();

  /** `link` gives the token of a link into the room; it is asked again when the server does not take the last one. */
  constructor(
    readonly roomId: string,
    private readonly link: (again: boolean) => Promise<string>,
    readonly guestKey: string | null = null,
    peer = randomUuid(),
  ) {
    this.peer = peer;
  }

  /** Connects, and stays connected until `stop`. */
  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    window.addEventListener('online', this.reconnectNow);
    void this.connect(false);
  }

  /** Closes the socket for good, which tells the others that this tab has gone. */
  stop(): void {
    this.stopped = true;
    window.removeEventListener('online', this.reconnectNow);
    clearTimeout(this.timer);
    clearInterval(this.pinging);
    this.socket?.close();
    this.socket = null;
  }

  /** Goes on in this tab when the person is in from another one. */
  takeOver(): void {
    this.takingOver = true;
    this.begin();
  }

  /** Tries again after a refusal. */
  begin(): void {
    clearTimeout(this.timer);
    this.put({ ...START });
    this.socket?.close();
    this.socket = null;
    void this.connect(true);
  }

  /** Leaves the room by wish. */
  leave(): void {
    this.send({ type: 'leave' });
    this.put({ ...this.state, phase: 'left' });
  }

  send(frame: ClientFrame): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  /** Hears frames of one type; the answer ends that. */
  on<T extends ServerFrame['type']>(type: T, listener: Listener<T>): () => void {
    const listeners = this.listeners.get(type) ?? new Set();
    listeners.add(listener as (frame: ServerFrame) => void);
    this.listeners.set(type, listeners);
    return () => void listeners.delete(listener as (frame: ServerFrame) => void);
  }

  /** For `useSyncExternalStore`. */
  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  };

  readonly snapshot = (): RoomState => this.state;

  private async connect(again: boolean): Promise<void> {
    let token: string;
    try {
      token = await this.link(again);
      this.failure = null;
    } catch (error) {
      this.failure = error;
      const code = (error as { problem?: { code?: string; status?: number } }).problem;
      if (code?.code && code.status !== 0 && code.status !== 503) {
        this.put({ ...this.state, phase: 'refused', code: code.code });
      } else this.later();
      return;
    }
    this.token = token;
    if (this.stopped || this.socket) return;
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${location.host}/api/telehealth/rooms/${this.roomId}/socket`);
    this.socket = socket;
    socket.addEventListener('open', () => {
      this.send({ type: 'enter', token, peer: this.peer, ...(this.takingOver ? { take_over: true } : {}) });
      this.pinging = setInterval(() => this.send({ type: 'ping' }), PING_MS);
    });
    socket.addEventListener('message', (event) => {
      if (this.socket === socket) this.hear(JSON.parse(String(event.data)) as ServerFrame);
    });
    socket.addEventListener('close', () => {
      if (this.socket === socket) this.lost();
    });
  }

  private hear(frame: ServerFrame): void {
    if (frame.type === 'error' && ['link_not_good', 'link_revoked'].includes(frame.code) && !this.renewed) {
      // Signed in anew, or the visit was moved: a new link may be good.
      this.renewed = true;
      this.socket?.close();
      this.socket = null;
      void this.connect(true);
      return;
    }
    if (frame.type === 'waiting' || frame.type === 'admitted') {
      this.wait = FIRST_WAIT_MS;
      this.takingOver = false;
      this.renewed = false;
    }
    this.put({ ...heard(this.state, frame), online: true });
    this.listeners.get(frame.type)?.forEach((listener) => listener(frame));
  }

  private lost(): void {
    this.socket = null;
    clearInterval(this.pinging);
    this.put({ ...this.state, online: false });
    if (!this.stopped && !OVER.includes(this.state.phase)) this.later();
  }

  private later(): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    const jitter = 0.5 + Math.random() / 2;
    this.timer = setTimeout(() => void this.connect(false), this.wait * jitter);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
  }

  private readonly reconnectNow = (): void => {
    if (this.socket || OVER.includes(this.state.phase)) return;
    this.wait = FIRST_WAIT_MS;
    clearTimeout(this.timer);
    void this.connect(false);
  };

  private put(state: RoomState): void {
    this.state = state;
    this.watchers.forEach((watcher) => watcher());
  }
}

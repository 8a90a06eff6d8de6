import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { render, screen, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { endSession } from '@/api/token';
import { FakeSocket } from '@/testing/socket';
import { leaveLive, useLive } from './live';

let reads = 0;

function Watcher({ topic }: { topic: 'slots:a' | 'slots:b' }) {
  useLive(topic, ['count']);
  const { data } = useQuery({ queryKey: ['count'], queryFn: () => Promise.resolve((reads += 1)) });
  return <output>{data}</output>;
}

function show(topic: 'slots:a' | 'slots:b') {
  const queryClient = new QueryClient();
  const tree = (shown: typeof topic) => (
    <QueryClientProvider client={queryClient}>
      <Watcher topic={shown} />
    </QueryClientProvider>
  );
  const view = render(tree(topic));
  return { follow: (next: typeof topic) => view.rerender(tree(next)) };
}

const open = () => FakeSocket.all.filter((socket) => socket.readyState === FakeSocket.OPEN);
const following = (topic: string) => open().some((socket) => socket.topics.has(topic));

describe('live updates', () => {
  beforeEach(() => {
    reads = 0;
    vi.stubGlobal('WebSocket', FakeSocket);
  });

  it('fetch again when what is followed changes, and only then', async () => {
    show('slots:a');
    await screen.findByText('1');
    await waitFor(() => expect(following('slots:a')).toBe(true));
    FakeSocket.announce('slots:b');
    FakeSocket.announce('slots:a');
    await screen.findByText('2');
    expect(reads).toBe(2);
  });

  it('follow what is shown now over the one connection', async () => {
    const { follow } = show('slots:a');
    await waitFor(() => expect(following('slots:a')).toBe(true));
    follow('slots:b');
    await waitFor(() => expect(following('slots:b')).toBe(true));
    expect(following('slots:a')).toBe(false);
    expect(open()).toHaveLength(1);
  });

  it('come back after the connection was lost, and fetch what was missed', async () => {
    show('slots:a');
    await screen.findByText('1');
    await waitFor(() => expect(following('slots:a')).toBe(true));
    open().forEach((socket) => socket.close());
    await waitFor(() => expect(following('slots:a')).toBe(true), { timeout: 3_000 });
    await screen.findByText('2');
  });

  it('are over once the person leaves, and begin anew with the next session', async () => {
    show('slots:a');
    await screen.findByText('1');
    await waitFor(() => expect(following('slots:a')).toBe(true));
    const [before] = open();
    leaveLive();
    before?.dispatchEvent(new MessageEvent('message', { data: '{"type":"changed","topic":"slots:a"}' }));
    await new Promise((later) => setTimeout(later, 1_000));
    expect(open()).toEqual([]);
    expect(reads).toBe(1);
    endSession();
    await waitFor(() => expect(following('slots:a')).toBe(true), { timeout: 3_000 });
  });
});

import { afterEach, describe, expect, it, vi } from 'vitest';
import { watchNetwork } from './network';

afterEach(() => void Reflect.deleteProperty(navigator, 'connection'));

describe('another network', () => {
  it('is heard of when there was none, and between two kinds, but not when only its speed is guessed anew', () => {
    const connection = Object.assign(new EventTarget(), { type: 'wifi' });
    Object.defineProperty(navigator, 'connection', { value: connection, configurable: true });
    const changed = vi.fn();
    const stop = watchNetwork(changed);
    window.dispatchEvent(new Event('online'));
    expect(changed).toHaveBeenCalledTimes(1);
    connection.dispatchEvent(new Event('change'));
    expect(changed).toHaveBeenCalledTimes(1);
    connection.type = 'cellular';
    connection.dispatchEvent(new Event('change'));
    expect(changed).toHaveBeenCalledTimes(2);
    stop();
    connection.type = 'wifi';
    connection.dispatchEvent(new Event('change'));
    window.dispatchEvent(new Event('online'));
    expect(changed).toHaveBeenCalledTimes(2);
  });

  it('is heard of where the browser tells of being online alone', () => {
    const changed = vi.fn();
    const stop = watchNetwork(changed);
    window.dispatchEvent(new Event('online'));
    stop();
    expect(changed).toHaveBeenCalledTimes(1);
  });
});

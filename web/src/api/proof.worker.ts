import type { Challenge } from '@/api/proof';
import { solve } from '@/api/solve';

self.onmessage = (event: MessageEvent<Challenge>) => {
  void solve(event.data).then((solution) => {
    self.postMessage(solution);
  });
};

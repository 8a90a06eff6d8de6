interface Network extends EventTarget {
  /** `wifi`, `cellular`...; where the browser does not tell, it is missing. */
  type?: string;
}

/**
 * Calls back when the device is on another network: back from none, or, where the browser tells of it, from Wi-Fi to
 * mobile data without a gap. Returns how to stop.
 */
export function watchNetwork(changed: () => void): () => void {
  const { connection } = navigator as Navigator & { connection?: Network };
  let type = connection?.type;
  // It also tells of every new estimate of how fast the network is.
  const look = () => {
    if (connection?.type === type) return;
    type = connection?.type;
    changed();
  };
  window.addEventListener('online', changed);
  connection?.addEventListener('change', look);
  return () => {
    window.removeEventListener('online', changed);
    connection?.removeEventListener('change', look);
  };
}

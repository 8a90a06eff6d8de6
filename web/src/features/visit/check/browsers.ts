/** The families of browsers whose settings for cameras and microphones lie in different places. */
export type BrowserFamily = 'chromium' | 'firefox' | 'safari' | 'ios' | 'android' | 'other';

/** Which family a browser is of, by what it says of itself; on telephones the system decides, not the browser. */
export function browserFamily(agent = navigator.userAgent, touches = navigator.maxTouchPoints): BrowserFamily {
  // An iPad says that it is a Mac, but no Mac has a touch screen.
  if (/iPhone|iPad|iPod/.test(agent) || (agent.includes('Macintosh') && touches > 1)) return 'ios';
  if (agent.includes('Android')) return 'android';
  if (agent.includes('Firefox/')) return 'firefox';
  if (/Chrome\/|Chromium\/|Edg\//.test(agent)) return 'chromium';
  return agent.includes('Safari/') ? 'safari' : 'other';
}

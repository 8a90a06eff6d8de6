// Runs before the first paint so that the page never flashes in the wrong colours or text size.
// The rules are those of src/lib/preferences.ts; this file is separate because the page allows no inline script.
(function () {
  // Strings become markup or script addresses only here (Trusted Types): no tag at all, as the look's style sheets have
  // none, and no script but our own. Everything else is refused by the browser.
  if (window.trustedTypes && window.trustedTypes.createPolicy) {
    window.trustedTypes.createPolicy('default', {
      createHTML: function (text) {
        return text.includes('<') ? null : text;
      },
      createScriptURL: function (address) {
        return new URL(address, location.href).origin === location.origin ? address : null;
      },
    });
  }
  var saved;
  try {
    saved = JSON.parse(localStorage.getItem('openvisit.preferences') || '{}') || {};
  } catch {
    saved = {};
  }
  var root = document.documentElement;
  var prefers = function (query) {
    return window.matchMedia(query).matches;
  };
  var dark = saved.theme === 'dark' || (saved.theme !== 'light' && prefers('(prefers-color-scheme: dark)'));
  var high = saved.contrast === 'high' || (saved.contrast !== 'normal' && prefers('(prefers-contrast: more)'));
  root.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
  root.setAttribute('data-contrast', high ? 'high' : 'normal');
  if (saved.textSize) root.style.fontSize = saved.textSize + '%';
  if (saved.language) root.lang = saved.language;
})();

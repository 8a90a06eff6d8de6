// Starts Redoc on the reference page of the API. Separate because the page allows no inline script.
(function () {
  var font = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";
  var options = {
    // A single page of operations reads better with the answers closed and the paths in view.
    pathInMiddlePanel: true,
    sortRequiredPropsFirst: true,
    hideDownloadButton: false,
    theme: {
      colors: { primary: { main: '#0b6f66' } },
      // Fonts of the device: nothing is fetched from elsewhere.
      typography: { fontFamily: font, headings: { fontFamily: font }, code: { fontFamily: 'ui-monospace, monospace' } },
    },
  };
  window.Redoc.init('/api/openapi.json', options, document.getElementById('reader'));
})();

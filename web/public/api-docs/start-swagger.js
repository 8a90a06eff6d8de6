// Starts Swagger UI on the page of the API. Separate because the page allows no inline script.
window.SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#reader',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
  // The validator is a service elsewhere; nothing leaves this server.
  validatorUrl: null,
  // Calls that lean on the refresh cookie must say that a script of ours sent them.
  requestInterceptor: function (request) {
    request.headers['X-OpenVisit'] = '1';
    return request;
  },
});

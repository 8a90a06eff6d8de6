// A real OpenID provider on the loopback, for tests: the certified library, with people and clients of our own making.
// Listens on the port given, prints "ready", and ends with its standard input. People sign in without a screen: the
// login is the query parameter `login_hint`, or the field of the small form that is shown without one.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { pathToFileURL } from 'node:url';

const [port, modules, clientsJson] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${modules}/package.json`));
const { Provider } = await import(pathToFileURL(require.resolve('oidc-provider')));

const issuer = `http://127.0.0.1:${port}`;
const people = new Map();
const keys = [newKey()];

function newKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomBytes(6).toString('hex'), use: 'sig', alg: 'RS256' };
}

async function findAccount(_ctx, id) {
  const claims = people.get(id);
  if (!claims) return undefined;
  return { accountId: id, claims: () => ({ sub: id, ...claims }) };
}

/** The library's own page would fetch a font from elsewhere. */
function askToSignOut(ctx, form) {
  ctx.body = `<!doctype html><html lang="en"><title>Example ID</title><h1>Sign out of Example ID?</h1>${form}
    <button type="submit" form="op.logoutForm" name="logout" value="yes">Yes, sign me out</button></html>`;
}

function configured() {
  const provider = new Provider(issuer, {
    clients: JSON.parse(clientsJson),
    jwks: { keys },
    findAccount,
    claims: { openid: ['sub', 'amr'], email: ['email', 'email_verified'], profile: ['name', 'locale'] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true, logoutSource: askToSignOut },
    },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Interaction: 600, Session: 3600, Grant: 3600 },
    // OpenVisit is on the loopback, too, where the library's own dispatcher goes nowhere.
    fetch: (url, { dispatcher: _, ...options }) => fetch(url, options),
  });
  provider.on('backchannel.error', (_ctx, error) => console.error(error));
  provider.on('server_error', (_ctx, error) => console.error(error));
  return provider;
}

let provider = configured();
let handle = provider.callback();

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

/** Signs in whom the form or the hint names, and grants what was asked for. */
async function interaction(request, response) {
  const details = await provider.interactionDetails(request, response);
  const { params, prompt, session } = details;
  const sent = request.method === 'POST' ? new URLSearchParams(await body(request)) : null;
  if (sent?.get('cancel')) {
    await provider.interactionFinished(request, response, { error: 'access_denied' }, { mergeWithLastSubmission: false });
    return;
  }
  if (prompt.name === 'login') {
    const login = sent?.get('login') ?? params.login_hint;
    if (!login) {
      response.setHeader('content-type', 'text/html');
      response.end(`<!doctype html><html lang="en"><title>Example ID</title><h1>Example ID</h1>
        <form method="post"><label>Login <input name="login" autofocus></label><button>Continue</button>
        <button name="cancel" value="1">Cancel</button></form></html>`);
      return;
    }
    await provider.interactionFinished(request, response, { login: { accountId: login, amr: ['pwd'] } });
    return;
  }
  const grant = details.grantId
    ? await provider.Grant.find(details.grantId)
    : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
}

/** What the tests change while it runs: people, keys, the end of a session. */
async function control(request, response) {
  const asked = JSON.parse(await body(request));
  if (asked.person) people.set(asked.person.sub, asked.person);
  if (asked.rotate) {
    keys.splice(0, keys.length, newKey());
    provider = configured();
    handle = provider.callback();
  }
  response.end('{}');
}

createServer((request, response) => {
  const done = request.url.startsWith('/interaction/')
    ? interaction(request, response)
    : request.url === '/control'
      ? control(request, response)
      : Promise.resolve(handle(request, response));
  done.catch((error) => {
    console.error(error);
    response.statusCode = 500;
    response.end(String(error));
  });
}).listen(Number(port), '127.0.0.1', () => console.log('ready'));

process.stdin.resume();
process.stdin.on('end', () => process.exit(0));

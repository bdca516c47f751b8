// The peer of P7: node oidc-provider with its default store, in memory. Its folder is the argument.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { createServer } from 'node:http';

const require = createRequire(`${process.argv[2]}/`);
const { default: Provider } = await import(pathToFileURL(require.resolve('oidc-provider')));
const client = {
  client_id: 'bench',
  client_secret: 'bench-secret-bench-secret-bench-secret',
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
};
const provider = new Provider('http://127.0.0.1', {
  clients: [client],
  scopes: ['openid', 'api'],
  features: {
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    devInteractions: { enabled: false },
  },
});
const server = createServer(provider.callback());
server.listen(0, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
